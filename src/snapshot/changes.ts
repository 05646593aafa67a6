import { type ByteString, toText } from "../archive/index.ts";
import type { BytePath } from "../host/index.ts";
import { hostPath } from "./byte-names.ts";
import { compareTrees } from "./compare-trees.ts";
import { withFolder } from "./tree-walk.ts";
import type { Change } from "./types.ts";
import { UnionFolder } from "./union-folder.ts";

/** Lists how a tree differs from the layers below (top first), as `docker diff` does, in walk order. */
export function listChanges(
  tree: BytePath,
  lower: readonly string[],
  options: { readonly whole: boolean },
): Change[] {
  const changes: Change[] = [];
  const add = (kind: Change["kind"], path: ByteString): void => {
    changes.push({ kind, path: `/${toText(path)}` });
  };
  withFolder(tree, (fd) =>
    compareTrees(
      { fd, lower: new UnionFolder(lower.map(hostPath)), whole: options.whole },
      {
        changed: ({ path }, kind) => add(kind === "add" ? "add" : "modify", path),
        deleted: (path) => add("delete", path),
      },
    ),
  );
  return changes;
}
