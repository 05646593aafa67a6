import { EngineError } from "../base/index.ts";
import { formatPlatform, hostPlatform, type Platform } from "../oci/index.ts";
import type { BuildRequest } from "./request.ts";

/** The platforms that a request asks for, each once; this machine's when it asks for none. */
export function platformsOf({ platforms }: Pick<BuildRequest, "platforms">): readonly Platform[] {
  const wanted = platforms.length === 0 ? [hostPlatform()] : platforms;
  return [...new Map(wanted.map((platform) => [formatPlatform(platform), platform])).values()];
}

/**
 * Throws `notImplemented` when images for several platforms are to go into the store, where a name stands for one, and
 * `invalidArgument` for those of another operating system, which nothing here could run.
 */
export function checkPlatforms(request: Pick<BuildRequest, "platforms" | "outputs">): void {
  const stored = request.outputs.some(({ kind }) => kind === "image");
  if (!stored) return;
  const platforms = platformsOf(request);
  if (platforms.some(({ os }) => os !== "linux")) {
    throw new EngineError("invalidArgument", "operating system is not supported");
  }
  if (platforms.length < 2) return;
  throw new EngineError("notImplemented", "Multi-platform build is not supported for the image store", {
    hint: "write an index with -o type=oci,dest=FILE, or push it with --push",
  });
}
