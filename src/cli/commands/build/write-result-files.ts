import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, errorText, writeFileAtomic } from "../../../base/index.ts";
import type { BuildReport } from "../../../engine/index.ts";
import { CliError } from "../../cli-error.ts";

/** The digest that names the result: the only image's ID, or the index over all; undefined when nothing was kept. */
export function resultId({ images, index }: BuildReport): string | undefined {
  return index ?? images[0]?.id;
}

/** Writes the image ID, without an end of line. Throws {@link CliError}. */
export function writeIdFile(path: string, id: string): void {
  try {
    writeFileSync(path, id, { mode: 0o644 });
  } catch (error) {
    throw new CliError(`writing image ID file: open ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Writes what `--metadata-file` holds, as buildx does. Throws {@link CliError}. */
export function writeMetadata(path: string, report: BuildReport): void {
  const id = resultId(report);
  const [first] = report.images;
  const metadata = {
    ...(first === undefined || report.index !== undefined
      ? {}
      : { "containerimage.config.digest": first.id }),
    ...(id === undefined ? {} : { "containerimage.digest": id }),
    ...(report.names.length === 0 ? {} : { "image.name": report.names.join(",") }),
  };
  try {
    writeFileAtomic(path, JSON.stringify(metadata, null, 2));
  } catch (error) {
    throw new CliError(`invalid output path: stat ${dirname(path)}: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return errnoOf(error) === "ENOENT" ? "no such file or directory" : errorText(error);
}
