import { bool, bytes, int, list, parsed, strings, text } from "../../flags/kinds.ts";
import { parseUlimit } from "../../values/limits.ts";
import { BUILDER } from "../builder/builder-flag.ts";

const array = (usage: string, extra: Parameters<typeof list>[1] = {}) => ({
  ...list(usage, extra),
  type: "stringArray",
});

/** Flags of `build`, as Docker with buildx has them. */
const BUILDX_FLAGS = {
  "add-host": strings('Add a custom host-to-IP mapping (format: "host:ip")'),
  allow: array('Allow extra privileged entitlement (e.g., "network.host", "security.insecure")'),
  annotation: array("Add annotation to the image"),
  attest: array(
    'Attestation parameters (format: "type=sbom,generator=image"); only "disabled=true" can be had',
  ),
  "build-arg": array("Set build-time variables"),
  "build-context": array("Additional build contexts (e.g., name=path)"),
  builder: BUILDER,
  "cache-from": array('External cache sources (e.g., "user/app:cache", "type=local,src=path/to/dir")'),
  "cache-to": array('Cache export destinations (e.g., "user/app:cache", "type=local,dest=path/to/dir")'),
  call: text('Set method for evaluating build ("check", "outline", "targets")', { initial: "build" }),
  "cgroup-parent": text('Set the parent cgroup for the "RUN" instructions during build'),
  check: bool('Shorthand for "--call=check"'),
  debug: bool("Enable debug logging", { shorthand: "D" }),
  file: text('Name of the Dockerfile (default: "PATH/Dockerfile")', { shorthand: "f" }),
  iidfile: text("Write the image ID to a file"),
  label: array("Set metadata for an image"),
  load: bool('Shorthand for "--output=type=docker"'),
  "metadata-file": text("Write build result metadata to a file"),
  network: text('Set the networking mode for the "RUN" instructions during build', { initial: "default" }),
  "no-cache": bool("Do not use cache when building the image"),
  "no-cache-filter": array("Do not cache specified stages"),
  output: array('Output destination (format: "type=local,dest=path")', { shorthand: "o" }),
  platform: array("Set target platform for build"),
  print: text("", { hidden: true, aliasOf: "call" }),
  progress: text(
    'Set type of progress output ("auto", "none", "plain", "quiet", "rawjson", "tty"). Use plain to show container output',
    { initial: "auto" },
  ),
  provenance: text('Shorthand for "--attest=type=provenance"'),
  pull: bool("Always attempt to pull all referenced images"),
  push: bool('Shorthand for "--output=type=registry"'),
  quiet: bool("Suppress the build output and print image ID on success", { shorthand: "q" }),
  sbom: text('Shorthand for "--attest=type=sbom"'),
  secret: array('Secret to expose to the build (format: "id=mysecret[,src=/local/secret]")'),
  "shm-size": bytes("Shared memory size for build containers"),
  ssh: array(
    'SSH agent socket or keys to expose to the build (format: "default|<id>[=<socket>|<key>[,<key>]]")',
  ),
  tag: array('Name and optionally a tag (format: "name:tag")', { shorthand: "t" }),
  target: text("Set the target build stage to build"),
  ulimit: parsed("ulimit", "Ulimit options", { shownDefault: "[]", parse: parseUlimit }),
};

/** Flags that Docker's first builder had: the limits hold here, the rest is as it is anyway or is refused. */
const CLASSIC_FLAGS = {
  compress: bool("Compress the build context using gzip (nothing is sent here)", { hidden: true }),
  "cpu-period": int("Limit the CPU CFS (Completely Fair Scheduler) period"),
  "cpu-quota": int("Limit the CPU CFS (Completely Fair Scheduler) quota"),
  "cpu-shares": int("CPU shares (relative weight)", { shorthand: "c" }),
  "cpuset-cpus": text("CPUs in which to allow execution (0-3, 0,1)"),
  "cpuset-mems": text("MEMs in which to allow execution (0-3, 0,1)"),
  "disable-content-trust": bool("Skip image verification", { hidden: true, initial: true }),
  "force-rm": bool("Always remove intermediate containers", { hidden: true }),
  isolation: text("Container isolation technology", { hidden: true }),
  memory: bytes("Memory limit", { shorthand: "m" }),
  "memory-swap": bytes("Swap limit equal to memory plus swap: '-1' to enable unlimited swap", {
    unlimited: true,
  }),
  rm: bool("Remove intermediate containers after a successful build", { hidden: true, initial: true }),
  "security-opt": strings("Security options", { hidden: true }),
  squash: bool("Squash newly built layers into a single new layer", { hidden: true }),
};

/** Flags of Strake. */
const OWN_FLAGS = {
  explain: bool("Say for each step why it ran or did not"),
  "on-failure": text('What to do when a step fails: "shell" opens a shell in its file system'),
  plan: bool("Say for each step whether it would run, and run nothing"),
  "verify-reproducible": bool("Build twice and name the first difference"),
};

/** All flags of `build`. */
export const BUILD_FLAGS = { ...BUILDX_FLAGS, ...CLASSIC_FLAGS, ...OWN_FLAGS };
