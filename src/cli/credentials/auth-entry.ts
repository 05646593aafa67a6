import type { Credential } from "../../engine/index.ts";

/** One entry of `auths` in `config.json`. */
export interface AuthEntry {
  /** base64 of `name:password`. */
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

/** What an entry holds; undefined for an empty one. */
export function toCredential(entry: AuthEntry): Credential | undefined {
  if (entry.registrytoken) return { kind: "registryToken", token: entry.registrytoken };
  if (entry.identitytoken) return { kind: "identityToken", token: entry.identitytoken };
  const text = Buffer.from(entry.auth ?? "", "base64")
    .toString()
    .replace(/\0+$/, "");
  const colon = text.indexOf(":");
  const [username, password] =
    colon < 0 ? [entry.username ?? "", entry.password ?? ""] : [text.slice(0, colon), text.slice(colon + 1)];
  return username === "" ? undefined : { kind: "password", username, password };
}

/** The entry that keeps a credential; Docker writes the name beside an identity token. */
export function toEntry(credential: Credential, username: string): AuthEntry {
  const pair = (password: string): string => Buffer.from(`${username}:${password}`).toString("base64");
  switch (credential.kind) {
    case "password":
      return { auth: pair(credential.password) };
    case "identityToken":
      return { auth: pair(""), identitytoken: credential.token };
    case "registryToken":
      return { registrytoken: credential.token };
  }
}
