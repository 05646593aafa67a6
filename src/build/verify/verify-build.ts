import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { ByteSource } from "../../archive/index.ts";
import type { Image } from "../../image/index.ts";
import { type ChainId, chainIds } from "../../oci/index.ts";
import { build } from "../build.ts";
import type { BuildDifference, BuildReport, VerifyReport } from "../report.ts";
import type { BuildCallOptions, BuildRequest } from "../request.ts";
import type { RoomContext } from "../room-context.ts";
import { openWorkFolder } from "../solve/open-work-folder.ts";
import { removeWorkFolder } from "../solve/work-folders.ts";
import { compareTars } from "./compare-tars.ts";

/**
 * Builds as asked, and once more without the cache, and names the first difference. Dates of history are no difference,
 * unless SOURCE_DATE_EPOCH fixes them. The second image is gone afterwards.
 */
export async function verifyBuild(
  context: RoomContext,
  request: BuildRequest,
  options: BuildCallOptions,
): Promise<VerifyReport> {
  const report = await build(context, request, options);
  const again = { ...request, noCache: true, tags: [], outputs: [{ kind: "image" }], cacheTo: [] } as const;
  const second = await build(context, again, options);
  const difference = await findDifference(context, report, second);
  for (const { id } of second.images) {
    const made = report.images.some((image) => image.id === id);
    if (!made) await context.images.remove(id, { usedBy: () => [] });
  }
  return { report, difference };
}

async function findDifference(
  context: RoomContext,
  first: BuildReport,
  second: BuildReport,
): Promise<BuildDifference | undefined> {
  for (const [at, { id }] of first.images.entries()) {
    const other = second.images[at]?.id;
    const before = context.images.get(id);
    const after = other === undefined ? undefined : context.images.get(other);
    if (before === undefined || after === undefined) continue;
    const found = await compareImages(context, before, after);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function compareImages(
  context: RoomContext,
  before: Image,
  after: Image,
): Promise<BuildDifference | undefined> {
  const old = before.config.rootfs.diff_ids;
  const now = after.config.rootfs.diff_ids;
  const at = old.findIndex((diffId, index) => diffId !== now[index]);
  if (at < 0) {
    if (Bun.deepEquals(before.config.config, after.config.config)) return undefined;
    return { step: "the configuration", path: "", what: "it is another in the second build" };
  }
  const step = stepOf(before, at);
  const chains = [chainIds(old)[at], chainIds(now)[at]] as const;
  const [first, second] = chains;
  if (first === undefined || second === undefined) {
    return { step, path: "", what: "the number of layers is another" };
  }
  return { step, ...(await compareLayers(context, first, second)) };
}

/** The line of history that made layer `at`. */
function stepOf({ config }: Image, at: number): string {
  const lines = (config.history ?? []).filter(({ empty_layer }) => !empty_layer);
  return (lines[at]?.created_by ?? `layer ${at + 1}`).replace(/ # buildkit$/, "");
}

async function compareLayers(context: RoomContext, first: ChainId, second: ChainId) {
  const work = openWorkFolder(context);
  const files = [join(work.path, "first.tar"), join(work.path, "second.tar")] as const;
  try {
    for (const [path, chainId] of [[files[0], first] as const, [files[1], second] as const]) {
      const fd = openSync(path, "wx", 0o600);
      try {
        await context.layers.writeTar(chainId, fd);
      } finally {
        closeSync(fd);
      }
    }
    const [a, b] = [openSync(files[0], "r"), openSync(files[1], "r")];
    try {
      return compareTars(sourceOf(a), sourceOf(b)) ?? { path: "", what: "the order of files" };
    } finally {
      closeSync(a);
      closeSync(b);
    }
  } finally {
    await removeWorkFolder(context, work.path);
    work.end();
  }
}

function sourceOf(fd: number): ByteSource {
  return { read: (buffer) => readSync(fd, buffer) };
}
