import { EngineError } from "../../base/index.ts";
import {
  type ExpandedRun,
  heredocContent,
  type RunMount as ParsedMount,
  parseHeredocMark,
} from "../../dockerfile/index.ts";
import type { RunDefinition, RunMount } from "../graph/definition.ts";
import { withShell } from "./apply-metadata.ts";
import { runText, withLayer } from "./created-by.ts";
import { formatEnvironment } from "./environment.ts";
import { badMountTarget } from "./errors.ts";
import { absolutePath, cleanPath, nextLabel, refused, type StageContext } from "./stage-context.ts";
import type { StageState } from "./stage-state.ts";

const PIPES = "/dev/pipes";

/** Adds the vertex of a RUN, whose mounts are expanded. */
export async function applyRun(
  context: StageContext,
  state: StageState,
  {
    instruction,
    shown,
  }: {
    readonly instruction: ExpandedRun;
    /** The instruction as it is shown. */
    readonly shown: string;
  },
): Promise<void> {
  if (instruction.devices.length > 0) {
    throw refused("RUN --device is not supported", "run the step without the device");
  }
  checkEntitlements(context, instruction);
  const { line, script, summary } = readCommand(instruction);
  const args = withShell(state.config, line);
  if (args.length === 0) throw new EngineError("invalidArgument", "arguments are required");
  const definition: RunDefinition = {
    op: "run",
    base: state.vertex,
    args,
    env: formatEnvironment(state.environment),
    cwd: state.config.WorkingDir || "/",
    user: state.config.User ?? "",
    mounts: await Promise.all(instruction.mounts.map((mount, at) => toMount(context, state, { mount, at }))),
    network: instruction.network,
    security: instruction.security,
    script,
  };
  const label = nextLabel(context, state, { shown: `${shown}${summary}`, instruction });
  state.vertex = context.graph.add(definition, label, { ignoreCache: context.ignoresCache(state) });
  state.history.push({ createdBy: withLayer(runText(state, args)), vertex: state.vertex });
}

function checkEntitlements({ request }: StageContext, { network, security }: ExpandedRun): void {
  const needed = [
    // A build that is on the host's network as a whole was allowed to be.
    ...(network === "host" && request.network !== "host" ? ["network.host"] : []),
    ...(security === "insecure" ? ["security.insecure"] : []),
  ];
  for (const entitlement of needed) {
    if (request.allow.includes(entitlement)) continue;
    throw new EngineError("forbidden", `${entitlement} is not allowed`, {
      hint: `build with --allow ${entitlement}`,
    });
  }
}

interface ReadCommand {
  readonly line: ExpandedRun["command"];
  readonly script: RunDefinition["script"];
  /** What the name of the step says of a heredoc. */
  readonly summary: string;
}

/** What is run of a command with heredocs: a script by itself, or a line with all that follows it for the shell. */
function readCommand({ command, heredocs }: ExpandedRun): ReadCommand {
  const [first] = heredocs;
  if (first === undefined || command.form === "exec")
    return { line: command, script: undefined, summary: "" };
  if (parseHeredocMark(command.line) === undefined) {
    const full = heredocs.reduce((text, each) => `${text}\n${each.body}${each.name}`, command.line);
    return { line: { form: "shell", line: full }, script: undefined, summary: "" };
  }
  const content = heredocContent(first);
  const summary = ` (${summarize(first.body)})`;
  if (!first.body.startsWith("#!"))
    return { line: { form: "shell", line: content }, script: undefined, summary };
  const path = `${PIPES}/${first.name}`;
  return { line: { form: "shell", line: path }, script: { path, content }, summary };
}

function summarize(body: string): string {
  const first =
    body
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim() ?? "";
  return body.trim().includes("\n") ? `${first}...` : first;
}

async function toMount(
  context: StageContext,
  state: StageState,
  { mount, at }: { readonly mount: ParsedMount; readonly at: number },
): Promise<RunMount> {
  const place = (path: string) => {
    const target = cleanPath(absolutePath(state, path));
    if (target === "/") throw badMountTarget(target);
    return target;
  };
  switch (mount.type) {
    case "bind":
      return {
        type: "bind",
        from: await context.source(mount.from, state),
        source: cleanPath(`/${mount.source}`),
        target: place(mount.target),
        writable: !mount.readOnly,
      };
    case "cache":
      return {
        type: "cache",
        id: cacheId(context, mount.id),
        target: place(mount.target),
        readOnly: mount.readOnly,
        sharing: mount.sharing,
        from: mount.from === undefined ? undefined : await context.source(mount.from, state),
        source: cleanPath(`/${mount.source}`),
        mode: mount.mode ?? 0o755,
        uid: mount.uid ?? 0,
        gid: mount.gid ?? 0,
      };
    case "tmpfs":
      return { type: "tmpfs", target: place(mount.target), size: mount.size ?? 0 };
    case "secret":
      return {
        type: "secret",
        id: mount.id,
        target: mount.target === undefined ? "" : place(mount.target),
        env: mount.env ?? "",
        required: mount.required,
        mode: mount.mode ?? 0o400,
        uid: mount.uid ?? 0,
        gid: mount.gid ?? 0,
      };
    case "ssh":
      return {
        type: "ssh",
        id: mount.id,
        target: mount.target === undefined ? `/run/buildkit/ssh_agent.${at}` : place(mount.target),
        required: mount.required,
        mode: mount.mode ?? 0o600,
        uid: mount.uid ?? 0,
        gid: mount.gid ?? 0,
      };
  }
}

/** Caches of different namespaces never meet. */
function cacheId({ request }: StageContext, id: string): string {
  const namespace = request.buildArgs.BUILDKIT_CACHE_MOUNT_NS ?? "";
  return namespace === "" ? id : `${namespace}/${id}`;
}
