import { EngineError, goQuote, isIP, parseGoBool } from "../base/index.ts";

/** What the options of a bridge network say. */
export interface BridgeOptions {
  /** Device on this host; empty for one that is made up. */
  readonly device: string;
  /** Containers on the network may talk to each other. */
  readonly icc: boolean;
  /** What containers send out of the network gets the host's address. */
  readonly masquerade: boolean;
  readonly mtu: number;
  /** Where ports are published that name no address; empty for everywhere. */
  readonly hostIp: string;
  /** Interfaces of containers are called so, with a number behind. */
  readonly interfacePrefix: string;
}

export const BRIDGE_NAME = "com.docker.network.bridge.name";
const ICC = "com.docker.network.bridge.enable_icc";
const MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade";
const HOST_BINDING = "com.docker.network.bridge.host_binding_ipv4";
const MTU = "com.docker.network.driver.mtu";
const PREFIX = "com.docker.network.container_iface_prefix";
const GATEWAY_MODE = /^com\.docker\.network\.bridge\.gateway_mode_ipv[46]$/;
const DEFAULT_BRIDGE = "com.docker.network.bridge.default_bridge";
const KNOWN = [BRIDGE_NAME, ICC, MASQUERADE, HOST_BINDING, MTU, PREFIX, DEFAULT_BRIDGE];

const DEFAULT_MTU = 1500;
const LARGEST_MTU = 65_535;
/** IFNAMSIZ without its NUL. */
const LONGEST_DEVICE = 15;

/** Reads the options of a bridge network. Throws `invalidArgument`, in Docker's words where it has some. */
export function parseBridgeOptions(options: Readonly<Record<string, string>>): BridgeOptions {
  for (const [name, value] of Object.entries(options)) checkOption(name, value);
  const hostIp = options[HOST_BINDING] ?? "";
  return {
    device: deviceOf(options[BRIDGE_NAME] ?? ""),
    icc: boolOf(options, ICC),
    masquerade: boolOf(options, MASQUERADE),
    mtu: mtuOf(options[MTU] ?? ""),
    hostIp: hostIp === "0.0.0.0" ? "" : hostIp,
    interfacePrefix: options[PREFIX] || "eth",
  };
}

function checkOption(name: string, value: string): void {
  if (name === HOST_BINDING && value !== "" && isIP(value) !== 4) throw unreadable(name, value, "nil ip");
  if (name === PREFIX && !/^[a-zA-Z0-9_.-]{1,12}$/.test(value)) {
    throw unreadable(name, value, "an interface's name has at most 12 letters and digits before its number");
  }
  if (GATEWAY_MODE.test(name)) {
    if (value === "nat" || value === "") return;
    const modes = ["nat-unprotected", "routed", "isolated"];
    if (!modes.includes(value)) throw unreadable(name, value, `unknown gateway mode ${value}`);
    throw new EngineError("notImplemented", `gateway mode ${goQuote(value)} is not supported`);
  }
  if (KNOWN.includes(name)) return;
  throw new EngineError("invalidArgument", `unknown option of a bridge network: ${goQuote(name)}`, {
    hint: `known are ${KNOWN.slice(0, -1).join(", ")}`,
  });
}

function deviceOf(name: string): string {
  if (Buffer.byteLength(name) > LONGEST_DEVICE) {
    throw new EngineError("invalidArgument", "numerical result out of range", {
      hint: `the name of a device has at most ${LONGEST_DEVICE} bytes`,
    });
  }
  if (/[\s/:"]/.test(name) || name === "." || name === "..") {
    throw new EngineError("invalidArgument", `invalid name of a device: ${goQuote(name)}`);
  }
  return name;
}

function boolOf(options: Readonly<Record<string, string>>, name: string): boolean {
  const value = options[name];
  if (value === undefined) return true;
  const parsed = parseGoBool(value);
  if (parsed !== undefined) return parsed;
  throw unreadable(name, value, `strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`);
}

function mtuOf(value: string): number {
  if (value === "") return DEFAULT_MTU;
  if (!/^[+-]?\d+$/.test(value)) {
    throw unreadable(MTU, value, `strconv.Atoi: parsing ${goQuote(value)}: invalid syntax`);
  }
  const mtu = Number(value);
  if (mtu < 0 || mtu > LARGEST_MTU) throw unreadable(MTU, value, `it must be 0 to ${LARGEST_MTU}`);
  return mtu === 0 ? DEFAULT_MTU : mtu;
}

function unreadable(name: string, value: string, reason: string): EngineError {
  return new EngineError("invalidArgument", `failed to parse ${name} value: ${value} (${reason})`);
}
