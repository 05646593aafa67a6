import { VERSION } from "../../../base/index.ts";
import { formatPlatform, hostPlatform } from "../../../oci/index.ts";
import { DEFAULT_BUILDER } from "../builder/builder-flag.ts";

/** What there is to say of the builder; it is a part of this program, so it always runs. */
export const BUILDER_FACTS = {
  name: DEFAULT_BUILDER,
  driver: "docker",
  status: "running",
  version: `strake-${VERSION}`,
  platforms: [formatPlatform(hostPlatform())],
} as const;
