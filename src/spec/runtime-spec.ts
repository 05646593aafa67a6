import { OCI_VERSION, type RuntimeLinux, type RuntimeSpec } from "../runtime/index.ts";
import { toDevices, toLinuxResources } from "./linux-resources.ts";
import { toMounts } from "./mounts.ts";
import { toNamespaces } from "./namespaces.ts";
import { toProcess } from "./process.ts";
import { toRootPropagation } from "./propagation.ts";
import type { SpecInput } from "./spec-input.ts";
import type { SpecContainer } from "./types.ts";

const CGROUP_PARENT = "/strake";

/**
 * What an OCI runtime is told of a container (OCI runtime-spec 1.0.2, config.md), with what Docker 28 tells runc.
 * Reads nothing but `input`. Throws `invalidArgument` with Docker's texts for users, devices and mounts that cannot
 * be, `unavailable` when `--init` has no program on this host.
 */
export function toRuntimeSpec(input: SpecInput): RuntimeSpec {
  const { container, rootfs } = input;
  const { hostConfig } = container;
  const hostname = toHostname(input);
  return {
    ociVersion: OCI_VERSION,
    process: toProcess(input, hostname),
    root: { path: rootfs, ...(hostConfig.ReadonlyRootfs ? { readonly: true } : {}) },
    ...(hostConfig.UTSMode === "host" ? {} : { hostname }),
    mounts: toMounts(input),
    ...(hostConfig.Annotations === undefined ? {} : { annotations: hostConfig.Annotations }),
    linux: toLinux(input),
  };
}

/** The cgroup of a container, from the root of the tree. */
export function cgroupPath({ id, hostConfig }: Pick<SpecContainer, "id" | "hostConfig">): string {
  const parent = hostConfig.CgroupParent || CGROUP_PARENT;
  return `${parent.startsWith("/") ? "" : "/"}${parent}/${id}`.replace(/\/+/g, "/");
}

function toHostname({ container, hostname, facts }: SpecInput): string {
  if (container.hostConfig.UTSMode === "host") return facts.hostname;
  return hostname ?? container.config.Hostname;
}

function toLinux(input: SpecInput): RuntimeLinux {
  const { container, seccomp, devices: port } = input;
  const { hostConfig } = container;
  const { devices, rules } = toDevices(hostConfig, port);
  const sysctl = toSysctl(input);
  const propagation = toRootPropagation(input);
  return {
    ...(Object.keys(sysctl).length === 0 ? {} : { sysctl }),
    resources: { devices: rules, ...toLinuxResources(hostConfig, port) },
    cgroupsPath: cgroupPath(container),
    namespaces: toNamespaces(input),
    ...(devices.length === 0 ? {} : { devices }),
    ...(seccomp === undefined ? {} : { seccomp }),
    ...(propagation === undefined ? {} : { rootfsPropagation: propagation }),
    ...(hostConfig.MaskedPaths?.length ? { maskedPaths: hostConfig.MaskedPaths } : {}),
    ...(hostConfig.ReadonlyPaths?.length ? { readonlyPaths: hostConfig.ReadonlyPaths } : {}),
  };
}

// Anyone in a container may ping and listen on low ports: its network is its own.
function toSysctl({ container, network }: SpecInput): Readonly<Record<string, string>> {
  const { config, hostConfig } = container;
  const ownsNetwork = network !== "host" && !hostConfig.NetworkMode.startsWith("container:");
  return {
    ...(config.Domainname !== "" && hostConfig.UTSMode !== "host"
      ? { "kernel.domainname": config.Domainname }
      : {}),
    ...(ownsNetwork
      ? { "net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0 2147483647" }
      : {}),
    ...hostConfig.Sysctls,
  };
}
