import { goQuote, parseGoBool } from "../base/index.ts";
import { InstructionError } from "./errors.ts";
import { readFlags } from "./flags.ts";
import type { DeviceRequest, RunInstruction } from "./instruction.ts";
import { type InstructionText, parseCommand } from "./parse-instruction.ts";
import { checkMountFields } from "./parse-mount.ts";
import { invalidValue, notAPair, readFields } from "./read-fields.ts";

const NETWORKS = ["default", "none", "host"] as const;
const SECURITIES = ["sandbox", "insecure"] as const;

export function parseRun({ source, flags, rest, heredocs }: InstructionText): RunInstruction {
  const values = readFlags(flags, {
    mount: "strings",
    network: "string",
    security: "string",
    device: "strings",
  });
  const mounts = values.strings("mount");
  mounts.forEach(checkMountFields);
  const network = values.string("network") ?? "default";
  const knownNetwork = NETWORKS.find((each) => each === network);
  if (knownNetwork === undefined) {
    throw new InstructionError(`invalid network mode ${goQuote(network)}`, {
      culprit: `--network=${network}`,
    });
  }
  const security = values.string("security") ?? "sandbox";
  const knownSecurity = SECURITIES.find((each) => each === security);
  if (knownSecurity === undefined) {
    throw new InstructionError(`security ${goQuote(security)} is not valid`, {
      culprit: `--security=${security}`,
    });
  }
  return {
    ...source,
    kind: "run",
    command: parseCommand(rest),
    heredocs,
    mounts,
    network: knownNetwork,
    security: knownSecurity,
    devices: values.strings("device").map(parseDevice),
  };
}

function parseDevice(text: string): DeviceRequest {
  let name: string | undefined;
  let required = false;
  for (const field of readFields(text, "devices")) {
    const { key, value } = field;
    if (key === "required") {
      const given = parseGoBool(value ?? "true");
      if (given === undefined) throw invalidValue(field);
      required = given;
    } else if (key === "name" && value !== undefined) name = value;
    else if (name === undefined) name = field.text;
    else if (value === undefined) throw notAPair(field);
    else throw new InstructionError(`unexpected key '${key}' in '${field.text}'`, { culprit: field.text });
  }
  if (name === undefined) throw new InstructionError("device name is required");
  return { name, required };
}
