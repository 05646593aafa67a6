import type { Dockerfile, Stage } from "../../dockerfile/index.ts";
import { targetNotFound } from "./errors.ts";

/** The stage that a target names: by name or index, the last without one. */
export function findTarget({ stages }: Dockerfile, target: string | undefined): Stage {
  const last = stages.at(-1);
  if (last === undefined) throw targetNotFound(target ?? "", []);
  if (target === undefined || target === "") return last;
  const wanted = target.toLowerCase();
  const found = stages.findLast(({ name }) => name === wanted) ?? stages[stageIndex(wanted, stages.length)];
  if (found !== undefined) return found;
  throw targetNotFound(
    target,
    stages.flatMap(({ name }) => (name === undefined ? [] : [name])),
  );
}

/** The index of a stage that `text` is; -1 when it is none. */
export function stageIndex(text: string, count: number): number {
  const index = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  return index < count ? index : -1;
}
