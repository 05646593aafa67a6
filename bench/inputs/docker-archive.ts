import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { INPUT_TIME } from "./plan-tree.ts";
import { type InputEntry, tarHeader, tarPadding, tarSize, writeTar } from "./tar.ts";

/** An archive as `docker save` writes them, for `load`: all images of it have the same layers. */
export interface ArchivePlan {
  readonly path: string;
  readonly layers: readonly (readonly InputEntry[])[];
  /** References, one an image. */
  readonly tags: readonly string[];
}

/** Writes the archive: layers first, then the configs, `manifest.json` last, as Docker orders them. */
export function writeDockerArchive({ path, layers, tags }: ArchivePlan): void {
  const file = openSync(path, "w");
  try {
    const names = layers.map((_, index) => `layer${index}/layer.tar`);
    const diffIds = layers.map((entries, index) => {
      writeSync(file, fileHeader(names[index] ?? "", tarSize(entries)));
      return `sha256:${writeTar(file, entries)}`;
    });
    const manifest = tags.map((tag) => {
      const config = toConfig(tag, diffIds);
      const name = `${createHash("sha256").update(config).digest("hex")}.json`;
      writeFile(file, name, config);
      return { Config: name, RepoTags: [tag], Layers: names };
    });
    writeFile(file, "manifest.json", Buffer.from(JSON.stringify(manifest)));
    writeSync(file, Buffer.alloc(1024));
  } finally {
    closeSync(file);
  }
}

function toConfig(tag: string, diffIds: readonly string[]): Buffer {
  const created = new Date(INPUT_TIME * 1000).toISOString();
  const config = {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    created,
    config: { Env: ["PATH=/bin"], Cmd: ["sh"], Labels: { tag } },
    rootfs: { type: "layers", diff_ids: diffIds },
    history: diffIds.map((_, index) => ({ created, created_by: `layer ${index}` })),
  };
  return Buffer.from(JSON.stringify(config));
}

function writeFile(file: number, path: string, body: Buffer): void {
  writeSync(file, Buffer.concat([fileHeader(path, body.length), body, tarPadding(body.length)]));
}

function fileHeader(path: string, size: number): Buffer {
  return tarHeader({ path, kind: "file", mode: 0o644, mtime: INPUT_TIME }, size);
}
