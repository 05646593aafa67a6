import { closeSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { errnoOf, errorText, newId } from "../../../base/index.ts";
import type { BuildOutput } from "../../../engine/index.ts";
import type { Io } from "../../io/io.ts";
import { cannotBuild } from "./build-failed.ts";
import type { OutputSpec } from "./request/outputs.ts";

/** What the files of the outputs need to know of the request. */
export interface OutputOptions {
  readonly io: Io;
  readonly severalPlatforms: boolean;
}

/** Opens the files of the outputs and gives them to `build`; each appears at its name only when all is well. */
export async function withOutputs<T>(
  specs: readonly OutputSpec[],
  options: OutputOptions,
  build: (outputs: readonly BuildOutput[]) => Promise<T>,
): Promise<T> {
  const files: PendingFile[] = [];
  try {
    const outputs = specs.flatMap((spec) =>
      spec.kind === "cacheonly" ? [] : [toOutput(spec, options, files)],
    );
    const result = await build(outputs);
    for (const file of files) file.keep();
    return result;
  } finally {
    for (const file of files) file.drop();
  }
}

function toOutput(
  spec: Exclude<OutputSpec, { kind: "cacheonly" }>,
  options: OutputOptions,
  files: PendingFile[],
): BuildOutput {
  const open = (dest: string): number => {
    if (dest === "") return options.io.stdout;
    const file = openPending(dest);
    files.push(file);
    return file.fd;
  };
  switch (spec.kind) {
    case "local":
      return { ...spec, platformSplit: spec.platformSplit ?? options.severalPlatforms };
    case "tar":
      return {
        kind: "tar",
        fd: open(spec.dest),
        platformSplit: spec.platformSplit ?? options.severalPlatforms,
      };
    case "oci":
    case "docker":
      return { kind: spec.kind, fd: open(spec.dest), names: spec.names };
    default:
      return spec;
  }
}

interface PendingFile {
  readonly fd: number;
  keep(): void;
  /** Closes it, and removes it when it was not kept. */
  drop(): void;
}

function openPending(path: string): PendingFile {
  // What is no plain file, such as a pipe, is written to as it is.
  const found = statSync(path, { throwIfNoEntry: false });
  const direct = found !== undefined && !found.isFile();
  const partial = direct ? path : `${path}.${newId().slice(0, 12)}.partial`;
  let kept = direct;
  const fd = openFile(partial, path);
  return {
    fd,
    keep: () => {
      if (!direct) renameSync(partial, path);
      kept = true;
    },
    drop: () => {
      closeSync(fd);
      if (!kept) rmSync(partial, { force: true });
    },
  };
}

function openFile(partial: string, path: string): number {
  try {
    return openSync(partial, "w", 0o644);
  } catch (error) {
    const reason = errnoOf(error) === "ENOENT" ? "no such file or directory" : errorText(error);
    throw cannotBuild(`failed to open open ${path}: ${reason}`);
  }
}
