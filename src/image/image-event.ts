import { recordEvent, type Store } from "../store/index.ts";
import type { Image } from "./types.ts";

/** Records what happened to an image, with its labels. As in Docker, `name` is its ID but for `tag`, which tells the new name. */
export function imageEvent(
  store: Store,
  { id, config }: Pick<Image, "id" | "config">,
  { action, name = id }: { readonly action: string; readonly name?: string },
): void {
  recordEvent(store, {
    type: "image",
    action,
    actor: id,
    attributes: { ...config.config?.Labels, name },
  });
}
