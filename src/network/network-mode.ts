/** What `--network` of a container says: the name of a network, or no network of its own. */
export type NetworkMode =
  | { readonly kind: "network"; readonly name: string }
  | { readonly kind: "host" }
  | { readonly kind: "none" }
  | { readonly kind: "container"; readonly container: string };

/** Reads a network mode; empty and `default` mean the network `bridge`. */
export function parseNetworkMode(text: string): NetworkMode {
  if (text === "" || text === "default") return { kind: "network", name: "bridge" };
  if (text === "host" || text === "none") return { kind: text };
  if (text.startsWith("container:")) return { kind: "container", container: text.slice("container:".length) };
  return { kind: "network", name: text };
}
