import { EngineError } from "../base/index.ts";
import type { RuntimeDeviceRule } from "../runtime/index.ts";

const RULE = /^([acb]) (\d+|\*):(\d+|\*) ([rwm]{1,3})$/;

/** What every container may use: Docker's list. The runtime adds what is needed to make nodes and terminals. */
export const DEFAULT_DEVICE_RULES: readonly RuntimeDeviceRule[] = [
  { allow: false, access: "rwm" },
  characters(1, 5),
  characters(1, 3),
  characters(1, 9),
  characters(1, 8),
  characters(5, 0),
  characters(5, 1),
  { allow: false, type: "c", major: 10, minor: 229, access: "rwm" },
];

/** What a privileged container may use: everything. */
export const ALL_DEVICES: RuntimeDeviceRule = { allow: true, access: "rwm" };

/** Reads `c 1:3 rwm`, `a *:* rm`, … Throws `invalidArgument` with Docker's text. */
export function parseDeviceRule(text: string): RuntimeDeviceRule {
  const [, type, major, minor, access = ""] = RULE.exec(text) ?? [];
  if (type !== "a" && type !== "b" && type !== "c") {
    throw new EngineError("invalidArgument", `invalid device cgroup rule format: '${text}'`);
  }
  return {
    allow: true,
    type,
    ...(major === "*" ? {} : { major: Number(major) }),
    ...(minor === "*" ? {} : { minor: Number(minor) }),
    access,
  };
}

function characters(major: number, minor: number): RuntimeDeviceRule {
  return { allow: true, type: "c", major, minor, access: "rwm" };
}
