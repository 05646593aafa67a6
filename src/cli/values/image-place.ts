/** Where an image is when it is in no registry, as Podman and Skopeo write it. */
export interface ImagePlace {
  readonly kind: "oci" | "oci-archive" | "docker-archive";
  /** Of a folder for `oci`, of a tar for the others. */
  readonly path: string;
  /** The tag, or for an archive the whole name; undefined for all that is there. */
  readonly name: string | undefined;
}

/**
 * Reads `oci:PATH[:TAG]`, `oci-archive:PATH[:NAME]` and `docker-archive:PATH[:NAME]`; undefined for anything else. `oci:x` is the
 * image `oci` with the tag `x`, as in Docker: a folder beside needs `oci:./x`.
 */
export function parseImagePlace(text: string): ImagePlace | undefined {
  const [, kind, rest = ""] = /^(oci|oci-archive|docker-archive):(.+)$/s.exec(text) ?? [];
  if (kind !== "oci" && kind !== "oci-archive" && kind !== "docker-archive") return undefined;
  if (kind === "oci" && !/[/:]/.test(rest)) return undefined;
  if (kind !== "oci") {
    const colon = rest.indexOf(":");
    if (colon < 0) return { kind, path: rest, name: undefined };
    return { kind, path: rest.slice(0, colon), name: rest.slice(colon + 1) || undefined };
  }
  const colon = rest.lastIndexOf(":");
  if (colon < 0 || rest.includes("/", colon)) return { kind, path: rest, name: undefined };
  return { kind, path: rest.slice(0, colon), name: rest.slice(colon + 1) || undefined };
}
