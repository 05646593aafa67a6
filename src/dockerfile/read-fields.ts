import { errorText, parseCsv } from "../base/index.ts";
import { InstructionError } from "./errors.ts";

/** One field of a flag such as `--mount`: `key=value`, or a key alone. */
export interface Field {
  /** In lower case. */
  readonly key: string;
  readonly value: string | undefined;
  /** The field as it is written. */
  readonly text: string;
}

/** Reads the comma-separated fields of a flag; `what` names them in errors. Throws {@link InstructionError}. */
export function readFields(text: string, what: string): Field[] {
  return splitFields(text, what).map((field) => {
    const equals = field.indexOf("=");
    const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    return { key, value: equals < 0 ? undefined : field.slice(equals + 1), text: field };
  });
}

function splitFields(text: string, what: string): string[] {
  try {
    return parseCsv(text);
  } catch (error) {
    throw new InstructionError(`failed to parse csv ${what}: ${errorText(error)}`);
  }
}

export function notAPair(field: Field): InstructionError {
  return new InstructionError(`invalid field '${field.text}' must be a key=value pair`, {
    culprit: field.text,
  });
}

export function invalidValue({ key, value = "", text }: Field): InstructionError {
  return new InstructionError(`invalid value for ${key}: ${value}`, { culprit: text });
}
