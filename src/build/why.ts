import { EngineError } from "../base/index.ts";
import type { Digest } from "../oci/index.ts";
import { readBuild } from "./cache/build-table.ts";
import type { WhyReport } from "./report.ts";
import type { RoomContext } from "./room-context.ts";

/** Explains the newest build of an image, or of all. Throws `notFound` when none is remembered. */
export function explainBuild({ store, images }: RoomContext, name: string): WhyReport {
  const id: Digest | "last" = name === "last" ? "last" : images.resolve(name).id;
  const found = readBuild(store, id);
  if (found === undefined) {
    throw new EngineError(
      "notFound",
      name === "last" ? "nothing was built yet" : `no build of ${name} is recorded`,
      {
        hint: "an image that was pulled, loaded or committed has none",
      },
    );
  }
  const { image, started, steps } = found;
  return { image: image ?? "", builtAt: started, steps };
}
