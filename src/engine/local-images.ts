import type { Containers } from "../container/index.ts";
import { type Image, type ImageTable, imageEvent } from "../image/index.ts";
import {
  type Digest,
  familiarName,
  familiarReference,
  type Platform,
  parseReference,
  type Reference,
  withDefaultTag,
} from "../oci/index.ts";
import { recordEvent, type Store } from "../store/index.ts";
import { dryRun } from "./dry-run.ts";
import type { Images } from "./engine.ts";
import { openRegistries } from "./open-registries.ts";

/** The images of a store as the engine offers them: with events, and aware of the containers that use them. */
export function toImages(store: Store, images: ImageTable, containers: Containers): Images {
  const usedBy = (id: string) => containers.usersOf(id);
  const tell = (action: string, image: Image, name?: string): void =>
    imageEvent(store, image, { action, ...(name === undefined ? {} : { name }) });
  const tellOf = (action: string, id: Digest): void => {
    const image = images.get(id);
    if (image !== undefined) tell(action, image);
  };
  return {
    list: async (request) => images.list(request),
    inspect: async (name, options) => images.inspect(name, platformOf(options)),
    history: async (name, options) => images.history(name, platformOf(options)),
    tag: async (source, target) => {
      const { id, name } = images.tag(source, target);
      const image = images.get(id);
      if (image !== undefined) tell("tag", image, familiarReference(name));
    },
    remove: async (name, request) => {
      const image = images.resolve(name);
      const known = new Set(store.rows<{ id: string }>("SELECT id FROM images").map(({ id }) => id));
      const removed = await images.remove(name, { ...request, usedBy });
      for (const each of removed) {
        if ("untagged" in each) tell("untag", image);
        else if (known.has(each.deleted)) tellDeleted(store, each.deleted);
      }
      return removed;
    },
    prune: async (filters, options) => {
      if (options?.dryRun) return dryRun(store, await images.rehearsePrune(filters, usedBy));
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
      for (const id of await images.save(names, fd, options)) tellOf("save", id);
    },
    saveLayout: async (names, folder, options) => {
      for (const id of await images.saveLayout(names, { ...options, folder })) tellOf("save", id);
    },
    load: async (source, options) => {
      const loaded = await images.load(source, options);
      for (const id of new Set(loaded.map((each) => each.id))) tellOf("load", id);
      return loaded;
    },
    import: async (source, request, options) => {
      const image = await images.import(source, request, options);
      if (request.reference !== undefined) {
        tell("tag", image, familiarReference(withDefaultTag(parseReference(request.reference))));
      }
      tell("import", image);
      return image.id;
    },
    remoteManifest: async (name, { credentials, insecure, ...options } = {}) =>
      images.remoteManifest(name, await openRegistries(credentials, insecure), options),
    pushIndex: async (name, index, { credentials, insecure, ...options } = {}) =>
      images.pushIndex(name, await openRegistries(credentials, insecure), { ...index, ...options }),
    pull: async (name, { credentials, insecure, ...options } = {}) => {
      const pulled = await images.pull(name, await openRegistries(credentials, insecure), options);
      const [first] = pulled;
      if (first !== undefined) {
        const whole = options.allTags ? parseReference(name) : withDefaultTag(parseReference(name));
        tellOfTransfer(store, "pull", { reference: whole, image: first.image });
      }
      return pulled;
    },
    push: async (name, { credentials, insecure, ...options } = {}) => {
      const pushed = await images.push(name, await openRegistries(credentials, insecure), options);
      for (const { reference, image } of pushed) tellOfTransfer(store, "push", { reference, image });
      return pushed;
    },
    bootstrap: async (name, options) => {
      const image = await images.bootstrap(name, options);
      tell("import", image);
      return image.id;
    },
  };
}

/** As in Docker, such an event names the image as the user did, and has the repository as its name. */
function tellOfTransfer(
  store: Store,
  action: "pull" | "push",
  { reference, image }: { readonly reference: Reference; readonly image: Image },
): void {
  recordEvent(store, {
    type: "image",
    action,
    actor: familiarReference(reference),
    attributes: { ...image.config.config?.Labels, name: familiarName(reference) },
  });
}

function tellDeleted(store: Store, id: string): void {
  recordEvent(store, { type: "image", action: "delete", actor: id, attributes: { name: id } });
}

function platformOf(options: { readonly platform?: Platform } | undefined) {
  return options?.platform === undefined ? {} : { platform: options.platform };
}
