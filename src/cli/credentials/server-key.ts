/** The key under which Docker keeps the credentials of Docker Hub. */
export const HUB_KEY = "https://index.docker.io/v1/";

/** The key of `auths` and the address for credential helpers that belong to a registry. */
export function serverKey(domain: string): string {
  return ["docker.io", "index.docker.io", "registry-1.docker.io"].includes(domain) ? HUB_KEY : domain;
}

/** The host of a key, which old versions of Docker wrote with a scheme and a path. */
export function hostOfKey(key: string): string {
  return key.replace(/^https?:\/\//, "").split("/", 1)[0] ?? "";
}
