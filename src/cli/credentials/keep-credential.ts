import { isDeepStrictEqual } from "node:util";
import type { Credential } from "../../engine/index.ts";
import { readConfigFile } from "../config-file.ts";
import type { Io } from "../io/io.ts";
import { toEntry } from "./auth-entry.ts";
import { credentialHelper } from "./credential-helper.ts";
import { helperOf } from "./find-credential.ts";
import { hostOfKey, serverKey } from "./server-key.ts";
import { configPath, writeAuth } from "./write-config.ts";

/** Keeps what a user proves himself with to a registry: in its helper, or in `config.json` with a warning when that is a new password. */
export async function keepCredential(
  io: Io,
  domain: string,
  { credential, username }: { readonly credential: Credential; readonly username: string },
): Promise<void> {
  const key = serverKey(domain);
  const helper = helperOf(io, domain);
  if (helper !== undefined) {
    await credentialHelper(helper).store(key, credential, username);
    // Docker marks what a helper keeps by an empty entry.
    writeAuth(io, key, {});
    return;
  }
  const entry = toEntry(credential, username);
  if (isDeepStrictEqual(readConfigFile(io).auths?.[key], entry)) return;
  writeAuth(io, key, entry);
  // As Docker: a token can be withdrawn.
  if (credential.kind !== "password") return;
  io.err(
    `\nWARNING! Your credentials are stored unencrypted in '${configPath(io)}'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n`,
  );
}

/** Forgets what {@link keepCredential} kept; success when there was nothing. */
export async function dropCredential(io: Io, domain: string): Promise<void> {
  const key = serverKey(domain);
  const helper = helperOf(io, domain);
  if (helper !== undefined) await credentialHelper(helper).erase(key);
  const { auths = {} } = readConfigFile(io);
  const kept = Object.keys(auths).filter((each) => each === key || hostOfKey(each) === hostOfKey(key));
  for (const each of kept) writeAuth(io, each, undefined);
}
