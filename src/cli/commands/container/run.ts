import type { CreateRequest, Engine } from "../../../engine/index.ts";
import { type Call, CommandFailed, command } from "../../command.ts";
import { readConfigFile } from "../../config-file.ts";
import { bool, text } from "../../flags/kinds.ts";
import { asStartFailure, refusedRequest } from "../../start-failure.ts";
import { openSession } from "../../terminal/attach-session.ts";
import { DEFAULT_DETACH_KEYS, parseDetachKeys } from "../../terminal/detach-keys.ts";
import { createContainer } from "./create-container.ts";
import { CREATE_FLAGS } from "./flags/create-flags.ts";
import { checkPullPolicy } from "./pull-policy.ts";
import { toCreateRequest } from "./request/create-request.ts";

const FLAGS = {
  ...CREATE_FLAGS,
  detach: bool("Run container in background and print container ID", { shorthand: "d" }),
  "detach-keys": text("Override the key sequence for detaching a container"),
  "sig-proxy": bool("Proxy received signals to the process", { initial: true }),
};

/** `strake container run`: the exit status is the one of the container's process. */
export const containerRun = command({
  usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
  flags: FLAGS,
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  interspersed: false,
  errors: "named",
  async run(call) {
    const { flags, io } = call;
    const request = await refusedRequest(() => {
      checkPullPolicy(flags.pull);
      // Before there is a container that would be left.
      if (!flags.detach) parseDetachKeys(detachKeys(call));
      return withDetach(toCreateRequest(call), call);
    });
    checkTerminal(call);
    try {
      const engine = await io.engine();
      const id = await createContainer(engine, request, {
        io,
        cidfile: flags.cidfile,
        policy: flags.pull,
        quiet: flags.quiet,
      });
      return flags.detach
        ? await runDetached(engine, id, call)
        : await runAttached(engine, id, { call, request });
    } catch (error) {
      throw asStartFailure(error);
    }
  },
});

type RunCall = Call<typeof FLAGS>;

function checkTerminal({ flags, io }: RunCall): void {
  if (!flags.detach && flags.tty && flags.interactive && !io.isTerminal("stdin")) {
    throw new CommandFailed(1, "the input device is not a TTY");
  }
}

function detachKeys({ flags, io }: RunCall): string {
  const configured = flags.tty ? readConfigFile(io).detachKeys : undefined;
  return flags["detach-keys"] || configured || DEFAULT_DETACH_KEYS;
}

function withDetach(request: CreateRequest, { flags }: RunCall): CreateRequest {
  if (!flags.detach) return request;
  if (flags.attach.length > 0) {
    throw new CommandFailed(1, "conflicting options: cannot specify both --attach and --detach");
  }
  const detached = { AttachStdin: false, AttachStdout: false, AttachStderr: false, StdinOnce: false };
  return { ...request, config: { ...request.config, ...detached } };
}

async function runDetached(engine: Engine, id: string, { io }: RunCall): Promise<number> {
  // As in Docker, also of one that cannot start: it is there.
  io.out(`${id}\n`);
  await engine.containers.start(id);
  return 0;
}

async function runAttached(
  engine: Engine,
  id: string,
  { call, request: { config } }: { readonly call: RunCall; readonly request: CreateRequest },
): Promise<number> {
  const { flags, io } = call;
  const { containers } = engine;
  const session = await openSession(
    {
      attach: (streams) => containers.attach(id, streams),
      resize: (height, width) => containers.resize(id, height, width),
      ...(flags["sig-proxy"] ? { kill: (signal: string) => containers.kill(id, signal) } : {}),
    },
    {
      io,
      tty: flags.tty,
      stdin: config.AttachStdin ?? false,
      stdout: config.AttachStdout ?? false,
      stderr: config.AttachStderr ?? false,
      detachKeys: detachKeys(call),
    },
  );
  try {
    // Asked before the start: a process that ends at once is not missed.
    const status = containers.wait(id, flags.rm ? "removed" : "next-exit");
    status.catch(() => undefined);
    await containers.start(id);
    session.followSize();
    return (await session.done) === "detached" ? 0 : await status;
  } finally {
    session.close();
  }
}
