import { EngineError } from "../base/index.ts";
import type { SpecInput } from "./spec-input.ts";

/**
 * How mounts of the host travel into the container's root: as the most open of its binds needs it; undefined is the
 * runtime's own default. Throws `invalidArgument` with Docker's texts where the source cannot pass mounts on.
 */
export function toRootPropagation({ container, facts }: SpecInput): string | undefined {
  let propagation: string | undefined;
  for (const { Type: type, Source: source, Propagation: asked } of container.mounts) {
    if (type !== "bind") continue;
    const isShared = asked.endsWith("shared");
    if (!isShared && !asked.endsWith("slave")) continue;
    const place = facts.placeOf(source);
    const has = (kind: string): boolean => place.propagation.some((tag) => tag.startsWith(`${kind}:`));
    if (!has("shared") && (isShared || !has("master"))) {
      const wanted = isShared ? "shared mount" : "shared or slave mount";
      throw new EngineError(
        "invalidArgument",
        `path ${source} is mounted on ${place.target} but it is not a ${wanted}`,
      );
    }
    if (isShared) propagation = "shared";
    else propagation ??= "rslave";
  }
  return propagation;
}
