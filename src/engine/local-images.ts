import type { Containers } from "../container/index.ts";
import type { ImageTable } from "../image/index.ts";
import { familiarReference, type Platform } from "../oci/index.ts";
import { recordEvent, type Store } from "../store/index.ts";
import type { Images } from "./engine.ts";

/** The images of a store as the engine offers them: with events, and aware of the containers that use them. */
export function toImages(store: Store, images: ImageTable, containers: Containers): Images {
  const usedBy = (id: string) => containers.usersOf(id);
  const tell = (action: string, id: string, name: string): void =>
    recordEvent(store, { type: "image", action, actor: id, attributes: { name } });
  return {
    list: async (request) => images.list(request),
    inspect: async (name, options) => images.inspect(name, platformOf(options)),
    history: async (name, options) => images.history(name, platformOf(options)),
    tag: async (source, target) => {
      const { id, name } = images.tag(source, target);
      tell("tag", id, familiarReference(name));
    },
    remove: async (name, request) => {
      const removed = await images.remove(name, { ...request, usedBy });
      for (const each of removed) {
        if ("untagged" in each) tell("untag", each.untagged, each.untagged);
        else tell("delete", each.deleted, each.deleted);
      }
      return removed;
    },
    prune: async (filters) => {
      const pruned = await images.prune(filters, usedBy);
      recordEvent(store, {
        type: "image",
        action: "prune",
        actor: "",
        attributes: { reclaimed: String(pruned.reclaimed) },
      });
      return pruned;
    },
    save: async (names, fd, options) => {
      await images.save(names, fd, options);
      for (const name of names) tell("save", images.resolve(name).id, name);
    },
    load: async (source, options) => {
      const loaded = await images.load(source, options);
      for (const each of loaded) {
        tell("load", each.id, each.kind === "named" ? familiarReference(each.name) : each.id);
      }
      return loaded;
    },
    import: async (source, request, options) => {
      const { id } = await images.import(source, request, options);
      tell("import", id, request.reference ?? id);
      return id;
    },
    bootstrap: async (name, options) => {
      const { id } = await images.bootstrap(name, options);
      tell("import", id, name);
      return id;
    },
  };
}

function platformOf(options: { readonly platform?: Platform } | undefined) {
  return options?.platform === undefined ? {} : { platform: options.platform };
}
