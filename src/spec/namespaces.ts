import { EngineError } from "../base/index.ts";
import type { RuntimeNamespace } from "../runtime/index.ts";
import type { SpecInput } from "./spec-input.ts";

/** The namespaces of a container: new ones, those of other containers, or (absent) the host's. */
export function toNamespaces({ container, network, joined }: SpecInput): readonly RuntimeNamespace[] {
  const { UTSMode, PidMode, IpcMode, CgroupnsMode } = container.hostConfig;
  const namespaces: RuntimeNamespace[] = [{ type: "mount" }];
  if (network !== "host") namespaces.push({ type: "network", ...network });
  if (UTSMode !== "host") namespaces.push({ type: "uts" });
  if (PidMode !== "host") namespaces.push(sharable("pid", PidMode, joined.pid));
  if (IpcMode !== "host") namespaces.push(sharable("ipc", IpcMode, joined.ipc));
  if (CgroupnsMode === "private") namespaces.push({ type: "cgroup" });
  return namespaces;
}

function sharable(type: "pid" | "ipc", mode: string, pid: number | undefined): RuntimeNamespace {
  if (!mode.startsWith("container:")) return { type };
  if (pid === undefined) {
    throw new EngineError("internal", `no process was given to share the ${type} namespace of ${mode}`);
  }
  return { type, path: `/proc/${pid}/ns/${type}` };
}
