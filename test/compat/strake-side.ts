import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { strakeCommand } from "../support/strake.ts";
import { tempRoot } from "../support/temp-root.ts";
import type { Side } from "./transcript.ts";

/** Strake on a store of its own; `clean` takes that away, so make one for each scenario. */
export async function strakeSide(): Promise<Side> {
  const root = await tempRoot();
  const bin = join(root.path, "bin");
  await mkdir(bin);
  const words = strakeCommand.map((word) => `'${word}'`).join(" ");
  await writeFile(join(bin, "docker"), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return {
    name: "strake",
    env: { ...root.env, TZ: "UTC", LC_ALL: "C", PATH: `${bin}:${process.env.PATH}` },
    masks: [
      { from: join(root.path, "root"), to: "<root>" },
      { from: join(root.path, "run"), to: "<run>" },
      { from: "strake", to: "docker" },
      { from: "Strake", to: "Docker" },
    ],
    clean: root.remove,
  };
}
