import { type ReadRegular, readRegular, readRegularIn } from "../../host/index.ts";

/** Largest file that a build reads as text. */
export const LARGEST_TEXT = 64 * 1024 * 1024;

/** Reads a text file of a context, see {@link readRegularIn}. */
export function readInTree(root: string, path: string): ReadRegular {
  return readRegularIn(root, path, LARGEST_TEXT);
}

/** As {@link readInTree}, for a path of this machine. */
export function readHere(path: string): ReadRegular {
  return readRegular(path, LARGEST_TEXT);
}
