import { isEngineError } from "../../../base/index.ts";
import { CliError } from "../../cli-error.ts";
import { type Call, CommandFailed, command } from "../../command.ts";
import { readConfigFile } from "../../config-file.ts";
import { errorLine } from "../../error-line.ts";
import { bool, text } from "../../flags/kinds.ts";
import { openSession } from "../../terminal/attach-session.ts";
import { containerName } from "./container-name.ts";

const FLAGS = {
  attach: bool("Attach STDOUT/STDERR and forward signals", { shorthand: "a" }),
  checkpoint: text("Restore from this checkpoint", { hidden: true }),
  "checkpoint-dir": text("Use a custom checkpoint storage directory", { hidden: true }),
  "detach-keys": text("Override the key sequence for detaching a container"),
  interactive: bool("Attach container's STDIN", { shorthand: "i" }),
};

/** `strake container start`. */
export const containerStart = command({
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  flags: FLAGS,
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run(call) {
    const { flags, args } = call;
    if (flags.checkpoint !== "" || flags["checkpoint-dir"] !== "") {
      throw new CommandFailed(125, "cannot use --checkpoint: checkpoints are not supported");
    }
    if (!flags.attach && !flags.interactive) return await startAll(call);
    if (args.length > 1)
      throw new CommandFailed(1, "you cannot start and attach multiple containers at once");
    return await startAttached(call, args[0] ?? "");
  },
});

type StartCall = Call<typeof FLAGS>;

async function startAll({ args, io }: StartCall): Promise<number> {
  const { containers } = await io.engine();
  const failed: string[] = [];
  for (const name of args) {
    try {
      await containers.start(containerName(name)).catch(ignoreRunning);
      io.out(`${name}\n`);
    } catch (error) {
      io.err(`${errorLine(error)}\n`);
      failed.push(name);
    }
  }
  if (failed.length === 0) return 0;
  throw new CommandFailed(1, `Error: failed to start containers: ${failed.join(", ")}`);
}

function ignoreRunning(error: unknown): void {
  if (!isEngineError(error, "notModified")) throw error;
}

async function startAttached({ flags, io }: StartCall, name: string): Promise<number> {
  const { containers } = await io.engine();
  const { record } = await containers.inspect(containerName(name));
  const { Tty: tty, OpenStdin: openStdin } = record.config;
  const stdin = flags.interactive && openStdin;
  if (stdin && tty && !io.isTerminal("stdin")) throw new CliError("the input device is not a TTY");
  const session = await openSession(
    {
      attach: (streams) => containers.attach(record.id, streams),
      resize: (height, width) => containers.resize(record.id, height, width),
      kill: (signal) => containers.kill(record.id, signal),
    },
    {
      io,
      tty,
      stdin,
      stdout: true,
      stderr: true,
      detachKeys: flags["detach-keys"] || (readConfigFile(io).detachKeys ?? ""),
    },
  );
  try {
    const status = containers.wait(record.id, record.hostConfig.AutoRemove ? "removed" : "next-exit");
    status.catch(() => undefined);
    await containers.start(record.id).catch(ignoreRunning);
    session.followSize();
    return (await session.done) === "detached" ? 0 : await status;
  } finally {
    session.close();
  }
}
