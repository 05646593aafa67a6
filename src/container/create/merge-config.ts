import { posix } from "node:path";
import { EngineError } from "../../base/index.ts";
import type { ExecutionConfig, HealthConfig } from "../../oci/index.ts";
import type { ContainerConfig } from "../../spec/index.ts";

/** What a container runs with its parts left out. */
export type ConfigRequest = Partial<ContainerConfig> & { readonly Image: string };

type Set = Readonly<Record<string, object>>;

/**
 * The full config of a container: what was asked, filled up from its image as Docker does (inventory, inspect.md
 * section 8). `hostname` is the one to use when none was asked for. Nothing is checked here.
 */
export function mergeConfig(
  request: ConfigRequest,
  image: ExecutionConfig | undefined,
  hostname: string,
): ContainerConfig {
  const base = image ?? {};
  const exposed = union(base.ExposedPorts, request.ExposedPorts);
  const volumes = union(base.Volumes, request.Volumes);
  const stopSignal = request.StopSignal || base.StopSignal;
  const health = mergeHealth(request.Healthcheck, base.Healthcheck);
  return {
    Hostname: request.Hostname || hostname,
    Domainname: request.Domainname ?? "",
    User: request.User || base.User || "",
    AttachStdin: request.AttachStdin ?? false,
    AttachStdout: request.AttachStdout ?? false,
    AttachStderr: request.AttachStderr ?? false,
    ...(exposed === undefined ? {} : { ExposedPorts: exposed }),
    Tty: request.Tty ?? false,
    OpenStdin: request.OpenStdin ?? false,
    StdinOnce: request.StdinOnce ?? false,
    Env: mergeEnv(request.Env ?? [], base.Env ?? []),
    ...mergeCommand(request, base),
    ...(health === undefined ? {} : { Healthcheck: health }),
    Image: request.Image,
    ...(volumes === undefined ? {} : { Volumes: volumes }),
    WorkingDir: cleanPath(request.WorkingDir || base.WorkingDir || ""),
    ...(request.NetworkDisabled ? { NetworkDisabled: true } : {}),
    ...(request.OnBuild === undefined ? {} : { OnBuild: request.OnBuild }),
    Labels: { ...base.Labels, ...request.Labels },
    ...(stopSignal ? { StopSignal: stopSignal } : {}),
    ...(request.StopTimeout === undefined ? {} : { StopTimeout: request.StopTimeout }),
    ...(request.Shell?.length ? { Shell: request.Shell } : {}),
  };
}

/**
 * The program that a config means and its arguments: Entrypoint then Cmd.
 * Throws `invalidArgument` (`no command specified`).
 */
export function toCommand(config: ExecutionConfig): {
  readonly path: string;
  readonly args: readonly string[];
} {
  const [path, ...args] = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  if (path === undefined) throw new EngineError("invalidArgument", "no command specified");
  return { path, args };
}

// An entrypoint that is asked for hides the image's Cmd, which was written for the image's own entrypoint.
function mergeCommand(
  { Entrypoint: entrypoint, Cmd: cmd = [] }: ExecutionConfig,
  image: ExecutionConfig,
): Pick<ExecutionConfig, "Entrypoint" | "Cmd"> {
  const isReset = entrypoint?.length === 1 && entrypoint[0] === "";
  const asked = entrypoint !== undefined && entrypoint.length > 0;
  const mergedCmd = asked || cmd.length > 0 ? cmd : (image.Cmd ?? []);
  const merged = isReset ? undefined : (entrypoint ?? image.Entrypoint);
  return {
    ...(mergedCmd.length > 0 ? { Cmd: mergedCmd } : {}),
    ...(merged === undefined ? {} : { Entrypoint: merged }),
  };
}

function mergeEnv(asked: readonly string[], image: readonly string[]): readonly string[] {
  const keys = new Set(asked.map(keyOf));
  return [...asked, ...image.filter((entry) => !keys.has(keyOf(entry)))];
}

function keyOf(entry: string): string {
  const at = entry.indexOf("=");
  return at < 0 ? entry : entry.slice(0, at);
}

function mergeHealth(
  asked: HealthConfig | undefined,
  image: HealthConfig | undefined,
): HealthConfig | undefined {
  if (asked === undefined || image === undefined) return asked ?? image;
  return {
    ...image,
    ...Object.fromEntries(Object.entries(asked).filter(([, value]) => isGiven(value))),
  };
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== 0 && value !== undefined && value !== null;
}

function union(first: Set | undefined, second: Set | undefined): Set | undefined {
  const all = { ...first, ...second };
  return Object.keys(all).length === 0 ? undefined : all;
}

function cleanPath(path: string): string {
  if (path === "") return "";
  const clean = posix.normalize(path);
  return clean.length > 1 && clean.endsWith("/") ? clean.slice(0, -1) : clean;
}
