import type { Credential, CredentialSource } from "../../engine/index.ts";
import { CliError } from "../cli-error.ts";
import { readConfigFile } from "../config-file.ts";
import type { Io } from "../io/io.ts";
import { type AuthEntry, toCredential } from "./auth-entry.ts";
import { credentialHelper } from "./credential-helper.ts";
import { hostOfKey, serverKey } from "./server-key.ts";

type Auths = Readonly<Record<string, AuthEntry>>;

/** Looks credentials up where Docker does: `$DOCKER_AUTH_CONFIG`, the registry's credential helper, the store of all, `auths`. */
export function credentialsOf(io: Io): CredentialSource {
  return async ({ domain, path }) => await findCredential(io, domain, path);
}

/** What is known for a registry; `path` prefers an entry for the repository or a part of its name. */
export async function findCredential(io: Io, domain: string, path = ""): Promise<Credential | undefined> {
  const given = io.env.DOCKER_AUTH_CONFIG;
  if (given !== undefined && given !== "") {
    const found = findEntry(parseAuths(given), domain, path);
    if (found !== undefined) return found;
  }
  const config = readConfigFile(io);
  const helper = helperOf(io, domain);
  if (helper !== undefined) return await credentialHelper(helper).get(serverKey(domain));
  return findEntry(config.auths ?? {}, domain, path);
}

/** The helper that keeps the credentials of a registry, if one does. */
export function helperOf(io: Io, domain: string): string | undefined {
  const { credHelpers = {}, credsStore = "" } = readConfigFile(io);
  const own = Object.entries(credHelpers).find(([key]) => hostOfKey(key) === hostOfKey(serverKey(domain)));
  const name = own?.[1] ?? credsStore;
  return name === "" ? undefined : name;
}

function findEntry(auths: Auths, domain: string, path: string): Credential | undefined {
  const names = path.split("/");
  for (let count = names.length; count > 0; count--) {
    const entry = auths[`${domain}/${names.slice(0, count).join("/")}`];
    if (entry !== undefined) return toCredential(entry);
  }
  const key = serverKey(domain);
  const exact = auths[key];
  if (exact !== undefined) return toCredential(exact);
  const host = hostOfKey(key);
  const old = Object.entries(auths).find(
    ([each]) => hostOfKey(each) === host && /^(?:https?:\/\/)?[^/]+(?:\/v[12]?\/?|\/)?$/.test(each),
  );
  return old === undefined ? undefined : toCredential(old[1]);
}

function parseAuths(text: string): Auths {
  try {
    const { auths } = JSON.parse(text) as { readonly auths?: Auths };
    return auths ?? {};
  } catch (error) {
    throw new CliError("invalid DOCKER_AUTH_CONFIG: it is no JSON", { cause: error });
  }
}
