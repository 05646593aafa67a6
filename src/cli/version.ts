import { VERSION } from "../base/index.ts";

/** The commit that this program was built from; `scripts/build.sh` puts it in. */
export const BUILD = process.env.STRAKE_BUILD ?? "source";

/** What `strake --version` prints. */
export function versionLine(): string {
  return `Strake version ${VERSION}, build ${BUILD}\n`;
}
