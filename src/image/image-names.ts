import type { Digest } from "../oci/index.ts";
import type { Store } from "../store/index.ts";

const DOCKER = "docker.io/";
const OFFICIAL = "docker.io/library/";

/** The names of one image, in full form, sorted. */
export function namesOf(store: Store, id: Digest): string[] {
  return store
    .rows<{ name: string }>("SELECT name FROM refs WHERE image = ? ORDER BY name", id)
    .map(({ name }) => name);
}

/** Names of all images by image ID, in full form, sorted. */
export function allNames(store: Store): Map<Digest, string[]> {
  const names = new Map<Digest, string[]>();
  const rows = store.rows<{ name: string; image: Digest }>("SELECT name, image FROM refs ORDER BY name");
  for (const { name, image } of rows) {
    const known = names.get(image);
    if (known === undefined) names.set(image, [name]);
    else known.push(name);
  }
  return names;
}

/** True for a name that ends in a digest instead of a tag. */
export function isDigestName(name: string): boolean {
  return name.includes("@");
}

/** A stored name as users see it: `docker.io/library/debian:12` is `debian:12`. */
export function familiarOf(name: string): string {
  if (!name.startsWith(DOCKER)) return name;
  const rest = name.slice(OFFICIAL.length);
  if (name.startsWith(OFFICIAL) && !rest.includes("/")) return rest;
  return name.slice(DOCKER.length);
}

/** A stored name without tag and digest. */
export function repositoryOf(name: string): string {
  const bare = name.split("@", 1)[0] ?? name;
  const colon = bare.indexOf(":", bare.lastIndexOf("/"));
  return colon < 0 ? bare : bare.slice(0, colon);
}
