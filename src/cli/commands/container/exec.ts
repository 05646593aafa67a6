import { errorText } from "../../../base/index.ts";
import type { Containers, ExecRequest } from "../../../engine/index.ts";
import { type Call, CommandFailed, command } from "../../command.ts";
import { readConfigFile } from "../../config-file.ts";
import { bool, list, text } from "../../flags/kinds.ts";
import { startStatus } from "../../start-failure.ts";
import { openSession } from "../../terminal/attach-session.ts";
import { checkEnv, toEnv } from "../../values/key-values.ts";
import { containerName } from "./container-name.ts";

const FLAGS = {
  detach: bool("Detached mode: run command in the background", { shorthand: "d" }),
  "detach-keys": text("Override the key sequence for detaching a container"),
  env: list("Set environment variables", { shorthand: "e", check: checkEnv }),
  "env-file": list("Read in a file of environment variables"),
  interactive: bool("Keep STDIN open even if not attached", { shorthand: "i" }),
  privileged: bool("Give extended privileges to the command"),
  tty: bool("Allocate a pseudo-TTY", { shorthand: "t" }),
  user: text('Username or UID (format: "<name|uid>[:<group|gid>]")', { shorthand: "u" }),
  workdir: text("Working directory inside the container", { shorthand: "w" }),
};

/** `strake container exec`: the exit status is the one of the command. */
export const containerExec = command({
  usage: "[OPTIONS] CONTAINER COMMAND [ARG...]",
  flags: FLAGS,
  args: { min: 2, max: Number.POSITIVE_INFINITY },
  interspersed: false,
  async run(call) {
    const { flags, args, io } = call;
    if (!flags.detach && flags.tty && flags.interactive && !io.isTerminal("stdin")) {
      throw new CommandFailed(1, "the input device is not a TTY");
    }
    const request = toExecRequest(call);
    const { containers } = await io.engine();
    const id = await containers.exec(containerName(args[0]), request);
    if (!flags.detach)
      return await runAttached(containers, id, call).catch((error) => reportRefused(error, call));
    await containers.execStart(id, undefined);
    return 0;
  },
});

type ExecCall = Call<typeof FLAGS>;

function toExecRequest({ flags, args, io }: ExecCall): ExecRequest {
  const env = toEnv(flags["env-file"], flags.env, io.env);
  const size = flags.tty ? io.terminalSize() : undefined;
  return {
    Cmd: args.slice(1),
    Tty: flags.tty,
    AttachStdin: flags.interactive && !flags.detach,
    AttachStdout: !flags.detach,
    AttachStderr: !flags.detach,
    ...(env.length === 0 ? {} : { Env: env }),
    ...(flags.user === "" ? {} : { User: flags.user }),
    ...(flags.workdir === "" ? {} : { WorkingDir: flags.workdir }),
    ...(flags.privileged ? { Privileged: true } : {}),
    ...(size === undefined ? {} : { ConsoleSize: [size.rows, size.columns] }),
  };
}

async function runAttached(containers: Containers, id: string, { flags, io }: ExecCall): Promise<number> {
  const session = await openSession(
    {
      attach: (streams) => containers.execStart(id, streams),
      resize: (height, width) => containers.execResize(id, height, width),
    },
    {
      io,
      tty: flags.tty,
      stdin: flags.interactive,
      stdout: true,
      stderr: true,
      detachKeys: flags["detach-keys"] || (flags.tty ? (readConfigFile(io).detachKeys ?? "") : ""),
    },
  );
  try {
    session.followSize();
    if ((await session.done) === "ended") return await containers.execWait(id);
    throw new CommandFailed(1, "read escape sequence");
  } finally {
    session.close();
  }
}

const NO_FOLDER =
  ": Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type";

/** Docker says in the stream itself what the runtime refuses, and the exec has a status of its own then. */
function reportRefused(error: unknown, { io }: ExecCall): number {
  const text = errorText(error);
  if (!text.startsWith("OCI runtime exec failed: ")) throw error;
  const noFolder = /not a directory$/.test(text);
  io.out(`${text}${noFolder ? NO_FOLDER : ""}\r\n`);
  const status = startStatus(text);
  if (noFolder) return 127;
  return status === 125 ? 128 : status;
}
