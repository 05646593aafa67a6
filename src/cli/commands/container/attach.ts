import type { ContainerView } from "../../../engine/index.ts";
import { CliError } from "../../cli-error.ts";
import { CommandFailed, command } from "../../command.ts";
import { readConfigFile } from "../../config-file.ts";
import { bool, text } from "../../flags/kinds.ts";
import { openSession } from "../../terminal/attach-session.ts";
import { containerName } from "./container-name.ts";

/** `strake container attach`: the exit status is the one of the container's process. */
export const containerAttach = command({
  usage: "[OPTIONS] CONTAINER",
  flags: {
    "detach-keys": text("Override the key sequence for detaching a container"),
    "no-stdin": bool("Do not attach STDIN"),
    "sig-proxy": bool("Proxy all received signals to the process", { initial: true }),
  },
  args: { min: 1, max: 1 },
  async run({ flags, args, io }) {
    const { containers } = await io.engine();
    const { record } = await containers.inspect(containerName(args[0]));
    checkAttachable(record.state.status);
    const { Tty: tty, OpenStdin: openStdin } = record.config;
    const stdin = openStdin && !flags["no-stdin"];
    if (stdin && tty && !io.isTerminal("stdin")) throw new CliError("the input device is not a TTY");
    const status = containers.wait(record.id, "not-running");
    status.catch(() => undefined);
    const session = await openSession(
      {
        attach: (streams) => containers.attach(record.id, streams),
        resize: (height, width) => containers.resize(record.id, height, width),
        ...(flags["sig-proxy"] && !tty
          ? { kill: (signal: string) => containers.kill(record.id, signal) }
          : {}),
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
      session.followSize({ redraw: true });
      if ((await session.done) === "ended") return await status;
      throw new CommandFailed(1, "read escape sequence");
    } finally {
      session.close();
    }
  },
});

type Status = ContainerView["record"]["state"]["status"];

function checkAttachable(status: Status): void {
  const refuse = (text: string) => new CliError(text);
  if (status === "paused") throw refuse("You cannot attach to a paused container, unpause it first");
  if (status === "restarting")
    throw refuse("You cannot attach to a restarting container, wait until it is running");
  if (status !== "running") throw refuse("You cannot attach to a stopped container, start it first");
}
