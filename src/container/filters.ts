import { EngineError } from "../base/index.ts";
import type { Digest } from "../oci/index.ts";
import type { ContainerContext } from "./context.ts";
import type { ContainerRecord } from "./record.ts";
import { findContainer } from "./table.ts";

/** `--filter` values by key. */
export type Filters = Readonly<Record<string, readonly string[]>>;

type Test = (record: ContainerRecord, value: string) => boolean;

const STATUSES = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];
const HEALTHS = ["none", "starting", "healthy", "unhealthy"];

/** True when the filters ask for containers that do not run. */
export function impliesAll(filters: Filters): boolean {
  return filters.status !== undefined || filters.exited !== undefined;
}

/**
 * A test for the filters of `ps`: values of one key are alternatives (labels must all hold), keys must all hold.
 * Throws `invalidArgument` with Docker's texts.
 */
export function createFilter(
  context: ContainerContext,
  filters: Filters,
): (record: ContainerRecord) => boolean {
  const tests = Object.entries(filters).map(([key, values]) => keyTest(context, key, values));
  return (record) => tests.every((holds) => holds(record));
}

function keyTest(
  context: ContainerContext,
  key: string,
  values: readonly string[],
): (record: ContainerRecord) => boolean {
  switch (key) {
    case "label":
      return (record) => values.every((value) => labelMatches(record.config.Labels, value));
    case "label!":
      return (record) => !values.some((value) => labelMatches(record.config.Labels, value));
    case "before":
    case "since":
      return createdTest(context, key, values);
    case "ancestor":
      return ancestorTest(context, values);
    default:
      for (const value of values) checkValue(key, value);
      return anyOf(simpleTest(key), values);
  }
}

function anyOf(holds: Test, values: readonly string[]): (record: ContainerRecord) => boolean {
  return (record) => values.some((value) => holds(record, value));
}

function checkValue(key: string, value: string): void {
  const invalid = (why: string) => new EngineError("invalidArgument", why);
  if (key === "status" && !STATUSES.includes(value)) {
    throw invalid(
      `invalid filter 'status=${value}': invalid value for state (${value}): must be one of ${STATUSES.join(", ")}`,
    );
  }
  if (key === "health" && !HEALTHS.includes(value)) {
    throw invalid(
      `invalid filter 'health=${value}': invalid value for health (${value}): must be one of ${HEALTHS.join(", ")}`,
    );
  }
  if (key === "publish" || key === "expose") checkPorts(key, value);
  if (key === "is-task" && !["true", "false", "1", "0"].includes(value)) {
    throw invalid(`invalid filter 'is-task=[${value}]'`);
  }
  if (key === "exited" && !/^-?\d+$/.test(value)) {
    throw invalid(`invalid filter 'exited=${value}': strconv.Atoi: parsing "${value}": invalid syntax`);
  }
}

function simpleTest(key: string): Test {
  switch (key) {
    case "id":
      return (record, value) => toPattern(value).test(record.id);
    case "name":
      return (record, value) => nameMatches(record.name, value);
    case "status":
      return (record, value) => record.state.status === value;
    case "exited":
      return (record, value) => record.state.status === "exited" && record.exitCode === Number(value);
    case "health":
      return (record, value) => (record.health?.Status ?? "none") === value;
    case "volume":
      return (record, value) =>
        record.mounts.some(
          (mount) => mount.Name === value || mount.Destination === value || mount.Source === value,
        );
    case "network":
      return networkMatches;
    case "publish":
      return (record, value) => portMatches(publishedPorts(record), value);
    case "expose":
      return (record, value) => portMatches(Object.keys(record.config.ExposedPorts ?? {}), value);
    case "is-task":
      return (_, value) => value === "false" || value === "0";
    default:
      throw new EngineError("invalidArgument", key === "" ? "invalid filter" : `invalid filter '${key}'`);
  }
}

function toPattern(value: string): RegExp {
  try {
    return new RegExp(value);
  } catch {
    return new RegExp(RegExp.escape(value));
  }
}

function nameMatches(name: string, value: string): boolean {
  const pattern = toPattern(value);
  return pattern.test(name) || pattern.test(`/${name}`);
}

/** `key` or `key=value`. */
export function labelMatches(labels: Readonly<Record<string, string>> | undefined, wanted: string): boolean {
  const equals = wanted.indexOf("=");
  if (equals < 0) return labels !== undefined && Object.hasOwn(labels, wanted);
  const key = wanted.slice(0, equals);
  return labels !== undefined && Object.hasOwn(labels, key) && labels[key] === wanted.slice(equals + 1);
}

function networkMatches(record: ContainerRecord, value: string): boolean {
  const names = [record.hostConfig.NetworkMode, ...Object.keys(record.endpoints)];
  if (names.includes(value)) return true;
  return (
    record.network?.endpoints.some(
      (endpoint) => endpoint.networkName === value || endpoint.networkId.startsWith(value),
    ) ?? false
  );
}

function publishedPorts(record: ContainerRecord): string[] {
  const ports = record.network?.ports ?? {};
  return Object.entries(ports).flatMap(([port, bindings]) => {
    const protocol = port.split("/")[1] ?? "tcp";
    return (bindings ?? []).flatMap((binding) => [`${binding.HostPort}/${protocol}`]);
  });
}

const PORTS = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/;

function checkPorts(key: string, value: string): void {
  const refuse = (why: string) =>
    new EngineError("invalidArgument", `error while looking up for ${key} ${value}: ${why}`);
  const [, first, last = first] = PORTS.exec(value) ?? [];
  for (const port of [first, last]) {
    if (port === undefined) throw refuse(`strconv.ParseUint: parsing "${value}": invalid syntax`);
    if (Number(port) > 65535) throw refuse(`strconv.ParseUint: parsing "${port}": value out of range`);
  }
}

function portMatches(ports: readonly string[], wanted: string): boolean {
  const [, first = "", last = first, protocol = "tcp"] = PORTS.exec(wanted) ?? [];
  return ports.some((port) => {
    const [number = "", kind = "tcp"] = port.split("/");
    return kind === protocol && Number(number) >= Number(first) && Number(number) <= Number(last);
  });
}

function createdTest(
  context: ContainerContext,
  key: "before" | "since",
  values: readonly string[],
): (record: ContainerRecord) => boolean {
  const others = values.map((value) => findContainer(context.store, value));
  return (record) =>
    others.some((other) =>
      key === "before" ? record.created < other.created : record.created > other.created,
    );
}

function ancestorTest(
  context: ContainerContext,
  values: readonly string[],
): (record: ContainerRecord) => boolean {
  const ancestors = new Set<string>();
  for (const value of values) {
    try {
      ancestors.add(context.images.resolve(value).id);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }
  return (record) => {
    for (let id: Digest | undefined = record.imageId; id !== undefined; id = context.images.get(id)?.parent) {
      if (ancestors.has(id)) return true;
    }
    return false;
  };
}
