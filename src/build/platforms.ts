import { formatPlatform, hostPlatform, type Platform } from "../oci/index.ts";
import type { BuildRequest } from "./request.ts";

/** The platforms that a request asks for, each once; this machine's when it asks for none. */
export function platformsOf({ platforms }: Pick<BuildRequest, "platforms">): readonly Platform[] {
  const wanted = platforms.length === 0 ? [hostPlatform()] : platforms;
  return [...new Map(wanted.map((platform) => [formatPlatform(platform), platform])).values()];
}
