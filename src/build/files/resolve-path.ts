import type { ByteString } from "../../archive/index.ts";
import { joinPath, parentPath } from "../../snapshot/index.ts";
import { tooManyLinks } from "./errors.ts";

const MOST_LINKS = 255;

/** What following a path needs to know of an object. */
export interface LinkFacts {
  readonly kind: string;
  readonly link: ByteString;
}

/** Splits a path into names; `.` and empty ones are gone, `..` takes away the name before it, at the root nothing. */
export function cleanPath(path: ByteString): ByteString {
  const names: ByteString[] = [];
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return names.join("/");
}

/**
 * Follows a path inside a tree, as a process would whose root the tree is. The result has no links on the way; what
 * does not exist is kept as it is written. With `keepLast` a link at the end is not followed.
 */
export function resolvePath(
  path: ByteString,
  look: (path: ByteString) => LinkFacts | undefined,
  options: { readonly keepLast?: boolean } = {},
): ByteString {
  const todo = path.split("/").reverse();
  let real: ByteString = "";
  let links = 0;
  while (todo.length > 0) {
    const name = todo.pop();
    if (name === undefined || name === "" || name === ".") continue;
    if (name === "..") {
      real = parentPath(real);
      continue;
    }
    const at = joinPath(real, name);
    const last = options.keepLast === true && todo.every((rest) => rest === "" || rest === ".");
    const found = last ? undefined : look(at);
    if (found?.kind !== "symlink") {
      real = at;
      continue;
    }
    if (++links > MOST_LINKS) throw tooManyLinks(path);
    if (found.link.startsWith("/")) real = "";
    todo.push(...found.link.split("/").reverse());
  }
  return real;
}
