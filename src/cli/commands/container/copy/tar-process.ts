import { EngineError } from "../../../../base/index.ts";

/** A running `tar`. */
export interface TarProcess {
  /** Resolves with the bytes that went through it; throws when it failed. */
  finish(): Promise<number>;
}

const COMMON = ["--numeric-owner", "--xattrs", "--xattrs-include=security.capability", "--totals"];

/** Packs `entry` of `folder` into the descriptor, its top renamed to `name`. */
export function packTar(
  entry: { readonly folder: string; readonly entry: string; readonly name: string },
  fd: number,
): TarProcess {
  const words = ["--create", "--format=posix", "--pax-option=delete=atime,delete=ctime", ...COMMON];
  const renamed = rename(entry.entry, entry.name);
  return startTar(
    [...words, "--file=-", `--directory=${entry.folder}`, ...renamed, `--add-file=${entry.entry}`],
    {
      stdin: "ignore",
      stdout: fd,
    },
  );
}

/** Unpacks an archive from the descriptor into `folder`, the top `from` renamed to `name`. Files belong to the caller. */
export function unpackTar(
  into: { readonly folder: string; readonly from: string; readonly name: string },
  fd: number,
): TarProcess {
  const words = ["--extract", "--no-same-owner", "--preserve-permissions", ...COMMON];
  return startTar([...words, "--file=-", `--directory=${into.folder}`, ...rename(into.from, into.name)], {
    stdin: fd,
    stdout: "ignore",
  });
}

// The targets of symbolic links stay as they are; those of hard links are names inside the archive.
function rename(from: string, to: string): string[] {
  if (from === to) return [];
  const pattern = from.replace(/[\\^$.*[\]|]/g, "\\$&");
  const replacement = to.replace(/[\\&|]/g, "\\$&");
  return [`--transform=flags=rhS;s|^${pattern}\\(/\\|$\\)|${replacement}\\1|`];
}

function startTar(
  words: readonly string[],
  stdio: { readonly stdin: number | "ignore"; readonly stdout: number | "ignore" },
): TarProcess {
  const child = Bun.spawn(["tar", ...words], {
    ...stdio,
    stderr: "pipe",
    env: { ...process.env, LC_ALL: "C" },
  });
  const said = new Response(child.stderr).text();
  return {
    finish: async () => {
      const [status, text] = await Promise.all([child.exited, said]);
      const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("Total bytes"));
      // 1: a file changed while it was read, which the copy survives.
      if (status > 1 || (status === 1 && words[0] === "--extract")) {
        throw new EngineError(
          "internal",
          lines[0]?.replace(/^tar: /, "") ?? `tar failed with status ${status}`,
        );
      }
      return Number(/Total bytes \w+: (\d+)/.exec(text)?.[1] ?? 0);
    },
  };
}
