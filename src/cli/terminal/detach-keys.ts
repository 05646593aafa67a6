import { CliError } from "../cli-error.ts";

/** Docker's default: leaves the container running and gives the terminal back. */
export const DEFAULT_DETACH_KEYS = "ctrl-p,ctrl-q";

const CONTROL = "@abcdefghijklmnopqrstuvwxyz[\\]^_";

/** Reads `ctrl-p,ctrl-q` or `a,b` into bytes. Throws {@link CliError}. */
export function parseDetachKeys(text: string): Uint8Array {
  return Uint8Array.from(
    text.split(",").map((key) => {
      if (key.length === 1 && key.charCodeAt(0) < 128) return key.charCodeAt(0);
      const code = CONTROL.indexOf(/^ctrl-(.)$/.exec(key)?.[1] ?? "none");
      if (code < 0) {
        throw new CliError(`Invalid detach keys (${text}) provided: Unknown character: '${key}'`);
      }
      return code;
    }),
  );
}

/** What is left of some input: the bytes to pass on, and whether the detach keys have been pressed. */
export interface Filtered {
  readonly data: Uint8Array;
  readonly detached: boolean;
}

/** Makes a filter that finds the keys in input that comes in pieces; it holds back a beginning until it is sure. */
export function createDetachFilter(keys: Uint8Array): (input: Uint8Array) => Filtered {
  let matched = 0;
  return (input) => {
    const passed: number[] = [];
    for (const byte of input) {
      if (byte === keys[matched]) {
        matched++;
        if (matched === keys.length) return { data: Uint8Array.from(passed), detached: true };
        continue;
      }
      passed.push(...keys.subarray(0, matched));
      matched = byte === keys[0] ? 1 : 0;
      if (matched === 0) passed.push(byte);
      else if (keys.length === 1) return { data: Uint8Array.from(passed), detached: true };
    }
    return { data: Uint8Array.from(passed), detached: false };
  };
}
