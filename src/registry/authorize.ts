import { EngineError } from "../base/index.ts";
import { type BodyOptions, readDetail, readJson } from "./answers.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { foreignRealm, protocolError, refused } from "./errors.ts";
import { isListed, isLoopback, sameOwner } from "./hosts.ts";
import { checkRedirect, type Transport } from "./transport.ts";
import type { Credential } from "./types.ts";

/** What a request wants to do, in the words of the token flow: `repository:library/debian:pull`; several with spaces between. */
export type Scope = string;

/** What {@link authorize} answers a challenge with. */
export interface Proof {
  readonly credential: Credential | undefined;
  /** `""` asks for a token without a scope, as a login does. */
  readonly scope: Scope;
  /** Hosts that any registry may have tokens given out by. */
  readonly realms: readonly string[];
  readonly transport: Transport;
  readonly verify: boolean;
}

/** The value of an `Authorization` header, and what the token server gave to keep. */
export interface Authorization {
  readonly header: string;
  readonly identityToken?: string;
}

const LONGEST_TOKEN = 1 << 20;
const CLIENT = "strake";

/**
 * Answers the challenge of `answer` (distribution spec, token authentication; RFC 7617). Undefined when there is
 * nothing to answer with. Throws `forbidden` when credentials would go to somebody else's host.
 */
export async function authorize(
  answer: { readonly response: Response; readonly url: URL },
  proof: Proof,
  body: Omit<BodyOptions, "url">,
): Promise<Authorization | undefined> {
  const challenges = parseChallenges(answer.response.headers.get("www-authenticate") ?? "");
  const bearer = challenges.find(({ scheme }) => scheme === "bearer");
  const { credential } = proof;
  if (credential?.kind === "registryToken") return { header: `Bearer ${credential.token}` };
  if (bearer !== undefined) return await fetchToken(bearer, answer.url, proof, body);
  const isBasic = challenges.some(({ scheme }) => scheme === "basic");
  if (!isBasic || credential?.kind !== "password") return undefined;
  return { header: basic(credential) };
}

function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

async function fetchToken(
  { parameters }: Challenge,
  registry: URL,
  proof: Proof,
  body: Omit<BodyOptions, "url">,
): Promise<Authorization> {
  const realm = toRealm(parameters.realm ?? "", registry);
  const { credential, scope, transport } = proof;
  if (credential !== undefined) checkOwner(registry, realm, proof.realms);
  const verify = proof.verify || !isLoopback(realm.host);
  const { signal } = body;
  const fields = new URLSearchParams();
  if (parameters.service !== undefined) fields.set("service", parameters.service);
  for (const each of scope.split(" ").filter((word) => word !== "")) fields.append("scope", each);
  const answer =
    credential?.kind === "identityToken"
      ? await transport({
          method: "POST",
          url: realm,
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: toForm(fields, credential.token),
          verify,
          signal,
        })
      : await transport({
          method: "GET",
          url: withQuery(realm, fields, credential),
          authorization: credential?.kind === "password" ? basic(credential) : undefined,
          verify,
          signal,
        });
  const options = { ...body, url: realm };
  if (!answer.response.ok) throw await tokenRefused(answer.response, realm, options);
  const raw = await readJson(answer.response, LONGEST_TOKEN, options);
  const token = typeof raw.token === "string" ? raw.token : raw.access_token;
  if (typeof token !== "string" || /[^\x21-\x7e]/.test(token)) {
    throw protocolError(realm, "the token server gave no token");
  }
  const refresh = raw.refresh_token;
  return {
    header: `Bearer ${token}`,
    ...(typeof refresh === "string" && refresh !== "" ? { identityToken: refresh } : {}),
  };
}

function toForm(fields: URLSearchParams, token: string): string {
  const form = new URLSearchParams(fields);
  form.set("grant_type", "refresh_token");
  form.set("client_id", CLIENT);
  form.set("refresh_token", token);
  return form.toString();
}

function withQuery(realm: URL, fields: URLSearchParams, credential: Credential | undefined): URL {
  const url = new URL(realm);
  for (const [name, value] of fields) url.searchParams.append(name, value);
  if (credential?.kind === "password") {
    url.searchParams.set("account", credential.username);
    url.searchParams.set("client_id", CLIENT);
    url.searchParams.set("offline_token", "true");
  }
  return url;
}

function toRealm(text: string, registry: URL): URL {
  if (!URL.canParse(text, registry.href))
    throw protocolError(registry, `bad token realm "${text.slice(0, 200)}"`);
  const realm = new URL(text, registry);
  if (!/^https?:$/.test(realm.protocol))
    throw protocolError(registry, `bad token realm "${text.slice(0, 200)}"`);
  checkRedirect(registry, realm);
  return realm;
}

function checkOwner(registry: URL, realm: URL, realms: readonly string[]): void {
  if (sameOwner(registry.host, realm.host) || isListed(realm.host, realms)) return;
  throw foreignRealm(registry.host, realm);
}

async function tokenRefused(response: Response, url: URL, options: BodyOptions): Promise<EngineError> {
  const detail = await readDetail(response, options);
  if (response.status === 401 || response.status === 400) {
    const said = detail === "" ? "incorrect username or password" : detail;
    return new EngineError("unauthorized", /^unauthorized\b/.test(said) ? said : `unauthorized: ${said}`);
  }
  return refused({ status: response.status, url, detail });
}
