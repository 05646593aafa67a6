import { posix } from "node:path";
import { goQuote, parseBytes, parseGoBool } from "../base/index.ts";
import { InstructionError } from "./errors.ts";
import { type Field, invalidValue, notAPair, readFields } from "./read-fields.ts";
import type { CacheMount, RunMount } from "./run-mount.ts";
import { didYouMean, nearest } from "./suggest.ts";

const TYPES = ["bind", "cache", "tmpfs", "secret", "ssh"] as const;
const SHARINGS = ["shared", "private", "locked"] as const;
const KEYS =
  "type from source target readonly id sharing required size mode uid gid src dst destination ro rw readwrite env";

/** Checks of a `--mount` what does not depend on variables. Throws {@link InstructionError} with BuildKit's texts. */
export function checkMountFields(text: string): void {
  for (const { key, value = "", text: culprit } of readFields(text, "mounts")) {
    if (key === "from" && /\$./.test(value)) {
      throw new InstructionError("'from' doesn't support variable expansion, define alias stage instead", {
        culprit,
      });
    }
  }
}

/**
 * Reads a `--mount` of RUN; `expand` replaces the variables of a value. Throws {@link InstructionError} with
 * BuildKit's texts.
 */
export function parseMount(text: string, expand: (value: string) => string): RunMount {
  const read: MountFields = { type: "bind" };
  for (const field of readFields(text, "mounts")) {
    if (field.value === undefined) readFlag(read, field);
    else readPair(read, { ...field, value: expand(field.value) });
  }
  checkFields(read);
  return toMount(read);
}

/** What was given, before it is known what the type allows. */
interface MountFields {
  type: RunMount["type"];
  from?: string;
  source?: string;
  target?: string;
  readOnly?: boolean;
  required?: boolean;
  size?: number;
  id?: string;
  sharing?: CacheMount["sharing"];
  mode?: number;
  uid?: number;
  gid?: number;
  env?: string;
}

function readFlag(read: MountFields, field: Field): void {
  if (field.key === "readonly" || field.key === "ro") read.readOnly = true;
  else if (field.key === "readwrite" || field.key === "rw") read.readOnly = false;
  else if (field.key === "required") readRequired(read, { ...field, value: "true" });
  else throw notAPair(field);
}

function readPair(read: MountFields, field: Field & { readonly value: string }): void {
  const { key, value } = field;
  switch (key) {
    case "type":
      read.type = oneOf(TYPES, field, "mount type");
      break;
    case "sharing":
      read.sharing = oneOf(SHARINGS, field, "sharing value");
      break;
    case "from":
    case "id":
    case "env":
      read[key] = value;
      break;
    case "source":
    case "src":
      read.source = value;
      break;
    case "target":
    case "dst":
    case "destination":
      read.target = value;
      break;
    case "readonly":
    case "ro":
      read.readOnly = toBool(field);
      break;
    case "readwrite":
    case "rw":
      read.readOnly = !toBool(field);
      break;
    case "required":
      readRequired(read, field);
      break;
    case "size":
      if (read.type !== "tmpfs") throw unexpected("size", read);
      read.size = toSize(field);
      break;
    case "mode":
    case "uid":
    case "gid":
      read[key] = toNumber(field, key === "mode" ? 8 : 10);
      break;
    default:
      throw new InstructionError(
        `unexpected key '${key}' in '${field.text}'${didYouMean(nearest(key, KEYS.split(" ")))}`,
        { culprit: field.text },
      );
  }
}

function readRequired(read: MountFields, field: Field): void {
  if (read.type !== "secret" && read.type !== "ssh") throw unexpected("required", read);
  read.required = toBool(field);
}

function oneOf<T extends string>(allowed: readonly T[], { value = "", text }: Field, what: string): T {
  const found = allowed.find((each) => each === value.toLowerCase());
  if (found !== undefined) return found;
  throw new InstructionError(`unsupported ${what} ${goQuote(value)}${didYouMean(nearest(value, allowed))}`, {
    culprit: text,
  });
}

function toBool(field: Field): boolean {
  const read = parseGoBool(field.value ?? "");
  if (read === undefined) throw invalidValue(field);
  return read;
}

function toSize(field: Field): number {
  try {
    return parseBytes(field.value ?? "");
  } catch {
    throw invalidValue(field);
  }
}

function toNumber({ key, value = "", text }: Field, base: 8 | 10): number {
  const digits = base === 8 ? /^[0-7]+$/ : /^[0-9]+$/;
  const number = digits.test(value) ? Number.parseInt(value, base) : Number.NaN;
  if (number < 2 ** 32) return number;
  throw new InstructionError(`invalid value ${value} for ${key}`, { culprit: text });
}

function checkFields(read: MountFields): void {
  const { type } = read;
  for (const key of ["mode", "uid", "gid"] as const) {
    if ((type === "bind" || type === "tmpfs") && read[key] !== undefined) {
      throw new InstructionError(`${key} not allowed for "${type}" type mounts`);
    }
  }
  if (type === "secret") checkSecret(read);
  if (read.sharing !== undefined && type !== "cache") {
    throw new InstructionError(`invalid cache sharing set for ${type} mount`);
  }
  if (type === "ssh" && read.source !== undefined) throw new InstructionError("ssh does not support source");
  if (read.env !== undefined && type !== "secret") throw unexpected("env", read);
  if (type !== "tmpfs" && type !== "ssh") return;
  if (read.from !== undefined) throw unexpected("from", read);
  if (read.source !== undefined) throw unexpected("source", read);
}

function checkSecret({ from, sharing, source, target, id }: MountFields): void {
  if (from) throw new InstructionError("secret mount should not have a from");
  if (sharing !== undefined) throw new InstructionError("secret mount should not define sharing");
  if (!source && !target && !id) {
    throw new InstructionError("invalid secret mount. one of source, target required");
  }
  if (source && id) throw new InstructionError("both source and id can't be set");
}

function unexpected(key: string, { type }: MountFields): InstructionError {
  return new InstructionError(`unexpected key '${key}' for mount type '${type}'`, { culprit: key });
}

function toMount(read: MountFields): RunMount {
  const { type, mode, uid, gid, size, env, source = "", target = "", required = false } = read;
  const from = read.from ? { from: read.from } : {};
  const info = {
    ...(mode === undefined ? {} : { mode }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  };
  switch (type) {
    case "bind":
      return { type, ...from, source, target, readOnly: read.readOnly ?? true };
    case "tmpfs":
      return { type, target, readOnly: read.readOnly ?? false, ...(size === undefined ? {} : { size }) };
    case "cache": {
      const { sharing = "shared", readOnly = false } = read;
      const id = read.id || posix.normalize(target).replace(/(?<=.)\/$/, "");
      return { type, id, target, source, readOnly, sharing, ...from, ...info };
    }
    case "secret": {
      const id = source || read.id || posix.basename(target);
      const path = target || (env === undefined ? `/run/secrets/${posix.basename(id)}` : "");
      return {
        type,
        id,
        required,
        ...(path === "" ? {} : { target: path }),
        ...(env === undefined ? {} : { env }),
        ...info,
      };
    }
    case "ssh":
      return { type, id: read.id || "default", required, ...(target === "" ? {} : { target }), ...info };
  }
}
