import { cannotCreate } from "./errors.ts";
import type { VolumeRequest } from "./types.ts";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const LONGEST_NAME = 255;
const OPTIONS = ["type", "o", "device", "size"];
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  type: ["device"],
  device: ["type"],
  o: ["device", "type"],
};

/** Throws `notFound`, in Docker's words, for a driver other than `local`. */
export function checkDriver(name: string, driver = ""): void {
  if (driver === "" || driver === "local") return;
  const reason = `error looking up volume plugin ${driver}: plugin "${driver}" not found`;
  throw cannotCreate(name, reason, "notFound");
}

/** Throws, in Docker's words, for a name, a driver or options that no volume can have. */
export function checkRequest({
  name,
  driver,
  options = {},
}: VolumeRequest & { readonly name: string }): void {
  checkDriver(name, driver);
  const problem = nameProblem(name) ?? optionProblem(options);
  if (problem !== undefined) throw cannotCreate(name, problem, "invalidArgument");
}

function nameProblem(name: string): string | undefined {
  if (name.length < 2)
    return "volume name is too short, names should be at least two alphanumeric characters";
  if (!NAME.test(name)) {
    return `"${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`;
  }
  return name.length > LONGEST_NAME
    ? `volume name is too long, names should be at most ${LONGEST_NAME} characters`
    : undefined;
}

function optionProblem(options: Readonly<Record<string, string>>): string | undefined {
  const given = Object.keys(options);
  const unknown = given.find((option) => !OPTIONS.includes(option));
  if (unknown !== undefined) return `invalid option: "${unknown}"`;
  if (given.includes("size")) return "quota size requested but no quota support";
  const missing = given.flatMap((option) => NEEDED[option] ?? []).find((option) => !options[option]);
  return missing === undefined ? undefined : `missing required option: "${missing}"`;
}
