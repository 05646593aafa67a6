import type { ExecutionConfig, HealthConfig, HistoryEntry, ImageConfig } from "../oci/index.ts";

const TOP: readonly (keyof ImageConfig)[] = [
  "architecture",
  "author",
  "comment",
  "config",
  "created",
  "docker_version",
  "history",
  "os",
  "os.features",
  "os.version",
  "parent",
  "rootfs",
  "strake.buildcache.v1",
  "variant",
];
const EXECUTION: readonly (keyof ExecutionConfig)[] = [
  "User",
  "ExposedPorts",
  "Env",
  "Cmd",
  "Healthcheck",
  "ArgsEscaped",
  "Volumes",
  "WorkingDir",
  "Entrypoint",
  "OnBuild",
  "Labels",
  "StopSignal",
  "Shell",
];
const HEALTH: readonly (keyof HealthConfig)[] = [
  "Test",
  "Interval",
  "Timeout",
  "StartPeriod",
  "StartInterval",
  "Retries",
];
const HISTORY: readonly (keyof HistoryEntry)[] = [
  "created",
  "created_by",
  "author",
  "comment",
  "empty_layer",
];

/**
 * The bytes of an image config, the same for the same config: keys in the order in which `docker commit`
 * writes them, maps sorted by key, empty values left out, characters escaped as Go's JSON encoder does.
 */
export function formatImageConfig(config: ImageConfig): Uint8Array {
  const execution = ordered(config.config ?? {}, EXECUTION, (key, value) => {
    if (key === "Healthcheck") return ordered(value as HealthConfig, HEALTH);
    return key === "ExposedPorts" || key === "Volumes" || key === "Labels" ? sorted(value as object) : value;
  });
  const document = ordered({ ...config, config: execution }, TOP, (key, value) => {
    if (key === "rootfs") return { type: "layers", diff_ids: config.rootfs.diff_ids };
    if (key !== "history") return value;
    return config.history?.map((entry) => ordered(entry, HISTORY));
  });
  return Buffer.from(goJson({ ...document }));
}

/** JSON text with the escapes that Go's `encoding/json` makes. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

type Render<T> = (key: keyof T, value: unknown) => unknown;

function ordered<T extends object>(value: T, order: readonly (keyof T)[], render?: Render<T>): object {
  const found: [PropertyKey, unknown][] = [];
  for (const key of order) {
    const each = value[key];
    if (!isEmpty(each) || key === "config" || key === "rootfs") {
      found.push([key, render === undefined ? each : render(key, each)]);
    }
  }
  return Object.fromEntries(found);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (typeof value !== "object") return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
