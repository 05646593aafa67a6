import { bool, int, list, map, text } from "../../../flags/kinds.ts";
import { parseStream } from "../../../values/hosts.ts";
import { checkEnv, checkLabel } from "../../../values/key-values.ts";
import { CONTENT_TRUST } from "../../shared-flags.ts";
import { DEVICE_FLAGS } from "./device-flags.ts";
import { HEALTH_FLAGS } from "./health-flags.ts";
import { NETWORK_FLAGS } from "./network-flags.ts";
import { RESOURCE_FLAGS } from "./resource-flags.ts";
import { STORAGE_FLAGS } from "./storage-flags.ts";

/** The flags of `create`, which `run` has too. */
export const CREATE_FLAGS = {
  ...RESOURCE_FLAGS,
  ...DEVICE_FLAGS,
  ...HEALTH_FLAGS,
  ...NETWORK_FLAGS,
  ...STORAGE_FLAGS,
  annotation: map("Add an annotation to the container (passed through to the OCI runtime)"),
  attach: list("Attach to STDIN, STDOUT or STDERR", { shorthand: "a", check: parseStream }),
  "cap-add": list("Add Linux capabilities"),
  "cap-drop": list("Drop Linux capabilities"),
  "cgroup-parent": text("Optional parent cgroup for the container"),
  cgroupns: text(
    "Cgroup namespace to use (host|private)\n'host':    Run the container in the host's cgroup namespace\n'private': Run the container in its own private cgroup namespace\n'':        Use the cgroup namespace as configured by the\n           default-cgroupns-mode option on the daemon (default)",
  ),
  cidfile: text("Write the container ID to the file"),
  "disable-content-trust": CONTENT_TRUST,
  entrypoint: text("Overwrite the default ENTRYPOINT of the image"),
  env: list("Set environment variables", { shorthand: "e", check: checkEnv }),
  "env-file": list("Read in a file of environment variables"),
  "group-add": list("Add additional groups to join"),
  help: bool("Print usage"),
  init: bool("Run an init inside the container that forwards signals and reaps processes"),
  interactive: bool("Keep STDIN open even if not attached", { shorthand: "i" }),
  ipc: text("IPC mode to use"),
  isolation: text("Container isolation technology"),
  label: list("Set meta data on a container", { shorthand: "l", check: checkLabel }),
  "label-file": list("Read in a line delimited file of labels"),
  "log-driver": text("Logging driver for the container"),
  "log-opt": list("Log driver options"),
  name: text("Assign a name to the container"),
  pid: text("PID namespace to use"),
  platform: text("Set platform if server is multi-platform capable"),
  privileged: bool("Give extended privileges to this container"),
  pull: text('Pull image before running ("always", "missing", "never")', { initial: "missing" }),
  quiet: bool("Suppress the pull output", { shorthand: "q" }),
  restart: text("Restart policy to apply when a container exits", { initial: "no" }),
  rm: bool("Automatically remove the container and its associated anonymous volumes when it exits"),
  runtime: text("Runtime to use for this container"),
  "security-opt": list("Security Options"),
  "stop-signal": text("Signal to stop the container"),
  "stop-timeout": int("Timeout (in seconds) to stop a container"),
  tty: bool("Allocate a pseudo-TTY", { shorthand: "t" }),
  "use-api-socket": bool("Bind mount Docker API socket and required auth"),
  user: text("Username or UID (format: <name|uid>[:<group|gid>])", { shorthand: "u" }),
  userns: text("User namespace to use"),
  uts: text("UTS namespace to use"),
  workdir: text("Working directory inside the container", { shorthand: "w" }),
};
