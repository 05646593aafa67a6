import { type ContentPool, LARGEST_FILE } from "./content-pool.ts";
import type { Random } from "./random.ts";
import type { InputEntry } from "./tar.ts";

/** What a folder tree of the inputs is to hold. */
export interface TreePlan {
  /** Entries in all: of ten, one is a folder, and one of fifteen a symbolic link. */
  readonly entries: number;
  /** Bytes of all files together, within 2 %. */
  readonly bytes: number;
  /** Folder under which everything lies, relative, such as "usr". */
  readonly under: string;
}

/** A moment for all inputs: 2024-01-01. */
export const INPUT_TIME = 1704067200;

const YEAR = 365 * 24 * 3600;

/**
 * Entries like those of a Debian root: most files have a few kilobytes, some hundred have up to a megabyte, a few have
 * many; two thirds of the bytes are program-like, the rest text-like.
 */
export function planTree(plan: TreePlan, random: Random, pool: ContentPool): InputEntry[] {
  const folders = planFolders(Math.max(1, Math.round(plan.entries / 10)), plan.under, random);
  const links = Math.round(plan.entries / 15);
  const sizes = planSizes(Math.max(1, plan.entries - folders.length - links), plan.bytes, random);
  const entries: InputEntry[] = folders.map((path) => ({
    path: `${path}/`,
    kind: "folder",
    mode: 0o755,
    mtime: INPUT_TIME,
  }));
  sizes.forEach((size, index) => {
    const folder = folders[random.below(folders.length)] ?? plan.under;
    entries.push({
      path: `${folder}/f${index}`,
      kind: "file",
      mode: random.below(8) === 0 ? 0o755 : 0o644,
      mtime: INPUT_TIME - random.below(YEAR),
      body: slice(size, random, pool),
    });
  });
  for (let index = 0; index < links; index++) {
    const folder = folders[random.below(folders.length)] ?? plan.under;
    const target = `f${random.below(sizes.length)}`;
    entries.push({ path: `${folder}/l${index}`, kind: "symlink", mode: 0o777, mtime: INPUT_TIME, target });
  }
  return entries;
}

function planFolders(count: number, under: string, random: Random): string[] {
  const folders = [under];
  while (folders.length < count) {
    const parent = folders[random.below(folders.length)] ?? under;
    if (parent.length < 70) folders.push(`${parent}/d${folders.length}`);
  }
  return folders;
}

function planSizes(count: number, bytes: number, random: Random): number[] {
  const weights = Array.from({ length: count }, () => Math.exp(2.2 * random.normal()));
  let scale = bytes / weights.reduce((sum, weight) => sum + weight, 0);
  // The cap on large files takes bytes away, which the others get.
  for (let round = 0; round < 20; round++) {
    const total = weights.reduce((sum, weight) => sum + Math.min(weight * scale, LARGEST_FILE), 0);
    scale *= bytes / total;
  }
  return weights.map((weight) => Math.round(Math.min(weight * scale, LARGEST_FILE)));
}

function slice(size: number, random: Random, pool: ContentPool): Buffer {
  const bytes = random.below(3) === 0 && size < 1024 * 1024 ? pool.text : pool.binary;
  const start = random.below(bytes.length - size);
  return bytes.subarray(start, start + size);
}
