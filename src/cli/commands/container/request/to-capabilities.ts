import type { RequestHostConfig } from "../../../values/engine-types.ts";
import { given, listOf } from "./given.ts";

const ALL = "ALL";

/**
 * `--cap-add` and `--cap-drop` as Docker's client sends them: full names, sorted, each once; ALL makes the others
 * superfluous, and what is added is not dropped.
 */
export function toCapabilities(
  add: readonly string[],
  drop: readonly string[],
): Pick<RequestHostConfig, "CapAdd" | "CapDrop"> {
  const added = fullNames(add);
  const dropped = fullNames(drop).difference(added);
  return given<Pick<RequestHostConfig, "CapAdd" | "CapDrop">>({
    CapAdd: listOf([...added].sort()),
    CapDrop: listOf([...dropped].sort()),
  });
}

function fullNames(texts: readonly string[]): Set<string> {
  const names = texts.map((text) => {
    const name = text.trim().toUpperCase();
    return name === ALL || name.startsWith("CAP_") ? name : `CAP_${name}`;
  });
  return new Set(names.includes(ALL) ? [ALL] : names);
}
