import type { Volume } from "../../engine/index.ts";
import { type GoValue, goTyped } from "../../template/index.ts";
import { volumeType } from "./volume-type.ts";

/** The answer of `GET /volumes/{name}`, and an item of the list. */
export function toVolumeInspect({ name, created, labels, options, path }: Volume): GoValue {
  return goTyped(volumeType, {
    CreatedAt: created,
    Driver: "local",
    Labels: orNull(labels),
    Mountpoint: path,
    Name: name,
    Options: orNull(options),
    Scope: "local",
  });
}

function orNull(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> | null {
  return Object.keys(texts).length === 0 ? null : texts;
}
