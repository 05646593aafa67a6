/** A text that differs between machines and what stands for it. */
export interface Mask {
  readonly from: string;
  readonly to: string;
}

const DURATION = String.raw`(?:Less than a second|About an? (?:minute|hour)|\d+ (?:second|minute|hour|day|week|month|year)s?)`;

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b(?!0001)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d| [+-]\d{4} [A-Z]+)?/g, "<time>"],
  [new RegExp(`(?:${DURATION}) ago`, "g"), "<ago>"],
  [new RegExp(`Up ${DURATION}`, "g"), "Up <time>"],
  [/\b(?:172|192\.168)(?:\.\d{1,3}){2,3}\b/g, "<ip>"],
  // Which of the default subnets a bridge gets depends on those that the machine uses.
  [/"IPPrefixLen":(?:16|20)\b/g, '"IPPrefixLen":<prefix>'],
  [/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, "<mac>"],
  [/\b\d+(?:\.\d+)?(?:[MG]i?B)\b/g, "<size>"],
  // Wording of the layers between an engine and the runtime, which only Docker has, and of newer runtimes.
  [/failed to create task for container: failed to create shim task: /g, ""],
  [/error during container init: /g, ""],
  [/is a directory: permission denied/g, "permission denied"],
  // Where BuildKit keeps what it works on.
  [/checksum of ref [^"]*: "/g, 'checksum of ref <ref>: "'],
  [/<root>\/overlay2\/[0-9a-z]+\/merged/g, ""],
  // What only Strake says, below an error.
  [/^! Hint: .*\n/gm, ""],
];

/**
 * Replaces what no two runs have in common: IDs (numbered in the order in which they come), times, addresses,
 * sizes of megabytes. Columns lose their width where a replaced text stood in a table.
 */
export function maskTranscript(text: string, masks: readonly Mask[]): string {
  const known = masks.reduce((masked, { from, to }) => masked.replaceAll(from, to), text);
  const masked = RULES.reduce((current, [pattern, to]) => current.replace(pattern, to), maskIds(known));
  return masked.includes("<ago>") || masked.includes("Up <time>") ? masked.replace(/ {2,}/g, "  ") : masked;
}

/** Full and short forms of one ID get one number. */
function maskIds(text: string): string {
  const numbers = new Map<string, number>();
  return text.replace(/\b(?:[0-9a-f]{64}|[0-9a-f]{12})\b/g, (id) => {
    const short = id.slice(0, 12);
    const number = numbers.get(short) ?? numbers.size + 1;
    numbers.set(short, number);
    return id.length === 64 ? `<id ${number}>` : `<short id ${number}>`;
  });
}
