import { isIP } from "../../base/index.ts";
import { type ContainerConfig, containerOf, type HostConfig } from "../../spec/index.ts";
import { invalid, unsupported } from "./errors.ts";

const PROTOCOLS = ["tcp", "udp", "sctp"];
const LAST_PORT = 65_535;

/** Checks names, ports and addresses of a request, and that its network mode can have them. Throws `invalidArgument` with Docker's texts. */
export function validateNetwork(config: Partial<ContainerConfig>, asked: Partial<HostConfig>): void {
  for (const entry of asked.ExtraHosts ?? []) checkExtraHost(entry);
  for (const port of Object.keys(config.ExposedPorts ?? {})) checkPort(port);
  for (const [port, bindings] of Object.entries(asked.PortBindings ?? {})) {
    checkPort(port);
    for (const { HostPort, HostIp } of bindings ?? []) {
      if (HostPort !== "") readPortRange(HostPort);
      if (HostIp && isIP(HostIp) === 0) throw invalid(`invalid IP address: ${HostIp}`);
    }
  }
  for (const address of asked.Dns ?? []) {
    if (isIP(address) === 0) throw invalid(`bad nameserver address ${address}`);
  }
  validateModes(config, asked);
}

/** Reads `80` or `8000-8010`. Throws `invalidArgument` (`invalid port specification: "x"`). */
export function readPortRange(text: string): readonly [number, number] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || first > LAST_PORT || last > LAST_PORT || last < first) {
    throw invalid(`invalid port specification: "${text}"`);
  }
  return [first, last];
}

function checkPort(text: string): void {
  const [port = "", protocol = "tcp", ...rest] = text.split("/");
  readPortRange(port);
  if (rest.length > 0 || !PROTOCOLS.includes(protocol)) throw invalid(`invalid proto: ${protocol}`);
}

function checkExtraHost(entry: string): void {
  const at = entry.indexOf(":");
  const address = entry.slice(at + 1).replace(/^\[(.*)\]$/, "$1");
  if (at <= 0 || address === "") throw invalid(`bad format for add-host: "${entry}"`);
  if (address !== "host-gateway" && isIP(address) === 0) {
    throw invalid(`invalid IP address in add-host: "${address}"`);
  }
}

function validateModes(config: Partial<ContainerConfig>, asked: Partial<HostConfig>): void {
  const mode = asked.NetworkMode ?? "";
  const other = containerOf(mode);
  if (other === "") throw invalid("invalid network mode: invalid container format container:<name|id>");
  const links = asked.Links ?? [];
  for (const link of links) {
    if (link.split(":").length > 2) throw invalid(`bad format for links: ${link}`);
  }
  if (asked.UTSMode === "host" && config.Hostname) throw conflicting("hostname and the UTS mode");
  if (mode === "host" && links.length > 0) {
    throw conflicting(
      "host type networking can't be used with links. This would result in undefined behavior",
    );
  }
  if (other === undefined) return;
  if (config.Hostname) throw conflicting("hostname and the network mode");
  if (links.length > 0) {
    throw conflicting(
      "container type network can't be used with links. This would result in undefined behavior",
    );
  }
  if (asked.Dns?.length) throw conflicting("dns and the network mode");
  if (asked.ExtraHosts?.length) throw conflicting("custom host-to-IP mapping and the network mode");
  if (asked.PublishAllPorts || Object.keys(asked.PortBindings ?? {}).length > 0) {
    throw conflicting("port publishing and the container type network mode");
  }
  if (Object.keys(config.ExposedPorts ?? {}).length > 0) {
    throw conflicting("port exposing and the container type network mode");
  }
}

function conflicting(what: string): Error {
  return invalid(`conflicting options: ${what}`);
}

/** Checks the other namespace modes. Throws `invalidArgument` (`invalid PID mode: x`), `notImplemented` for user namespaces. */
export function validateNamespaces(asked: Partial<HostConfig>): void {
  const { IpcMode: ipc = "", PidMode: pid = "", UTSMode: uts = "" } = asked;
  const cgroup: string = asked.CgroupnsMode ?? "";
  const joins = (mode: string): boolean => (containerOf(mode) ?? "") !== "";
  if (!["", "none", "private", "shareable", "host"].includes(ipc) && !joins(ipc)) {
    throw invalid(`invalid IPC mode: ${ipc}`);
  }
  if (!["", "host"].includes(pid) && !joins(pid)) throw invalid(`invalid PID mode: ${pid}`);
  if (!["", "host"].includes(uts)) throw invalid(`invalid UTS mode: ${uts}`);
  if (!["", "host", "private"].includes(cgroup)) throw invalid(`invalid cgroup namespace mode: ${cgroup}`);
  if (!["", "host"].includes(asked.UsernsMode ?? "")) {
    throw unsupported(`user namespace mode "${asked.UsernsMode}" is not supported`);
  }
}
