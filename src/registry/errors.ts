import { EngineError, type ErrorKind } from "../base/index.ts";
import { type Digest, familiarReference, type Reference } from "../oci/index.ts";
import { failedRequest, failureReason, isRefused, toVerb, withoutQuery } from "./failed-request.ts";

const BOOTSTRAP =
  "without a registry, make a base image from the Debian archive: strake image bootstrap debian";
const DOCKER_HUB = "docker.io";
const TOKENS_OF_HUB = "auth.docker.io";

/** A request that got no answer; the words of Docker's engine, with what can be done about it. */
export function unreachable(
  method: string,
  url: URL,
  { cause, proxy }: { readonly cause: unknown; readonly proxy?: string | undefined },
): EngineError {
  const reason =
    proxy === undefined || !isRefused(cause)
      ? failureReason(url, cause)
      : `proxyconnect tcp: ${failureReason(new URL(proxy), cause)}`;
  return new EngineError("unavailable", failedRequest(method, url, reason), {
    cause,
    ...hintFor(url, reason),
  });
}

function hintFor(url: URL, reason: string): { readonly hint?: string } {
  if (url.hostname.endsWith(`.${DOCKER_HUB}`)) {
    const isForImage = url.pathname.includes("/manifests/") || url.hostname === TOKENS_OF_HUB;
    return isForImage ? { hint: BOOTSTRAP } : {};
  }
  if (reason.includes("x509")) {
    return { hint: `put the certificate of its authority into /etc/docker/certs.d/${url.host}/ca.crt` };
  }
  if (reason.startsWith("http: server gave HTTP")) {
    return { hint: `list "${url.host}" under "insecure-registries" in /etc/docker/daemon.json` };
  }
  return {};
}

/** What a registry answered instead of what it was asked for. */
export interface Refusal {
  readonly status: number;
  readonly url: URL;
  /** `code: message` of the registry's own words (distribution spec, error codes); empty when there are none. */
  readonly detail: string;
}

const KINDS: Readonly<Record<number, ErrorKind>> = {
  400: "invalidArgument",
  401: "unauthorized",
  403: "forbidden",
  404: "notFound",
  405: "notImplemented",
};

/** The error for an answer that is no success. */
export function refused({ status, url, detail }: Refusal): EngineError {
  const kind = KINDS[status] ?? "unavailable";
  const text = detail === "" ? `unexpected status from ${withoutQuery(url)}: ${status}` : detail;
  return new EngineError(kind, text);
}

/** Docker's text for a name that the registry does not know. */
export function manifestUnknown(reference: Reference, detail: string): EngineError {
  const shown = familiarReference(reference);
  const said = detail === "" ? "manifest unknown: manifest unknown" : detail;
  return new EngineError("notFound", `manifest for ${shown} not found: ${said}`);
}

/** Docker's text for a repository that the registry does not know. */
export function repositoryUnknown(repository: Reference, detail: string): EngineError {
  const said = detail === "" ? "name unknown: repository name not known to registry" : detail;
  return new EngineError("notFound", `repository ${familiarReference(repository)} not found: ${said}`);
}

/** Docker's text for a repository that may exist for others. */
export function accessDenied(reference: Reference, action: "pull" | "push", detail: string): EngineError {
  const { tag: _, digest: __, ...repository } = reference;
  const name = familiarReference(repository);
  const said = detail === "" ? "denied: requested access to the resource is denied" : detail;
  return new EngineError(
    "forbidden",
    action === "push"
      ? said
      : `pull access denied for ${name}, repository does not exist or may require 'docker login': ${said}`,
    { hint: `log in with: strake login${reference.domain === DOCKER_HUB ? "" : ` ${reference.domain}`}` },
  );
}

/** No name and password are known for a registry that wants them; Docker names the request only of a pull. */
export function noCredentials(method: string | undefined, url: URL): EngineError {
  const request = method === undefined ? "" : `${toVerb(method)} "${withoutQuery(url)}": `;
  return new EngineError("unauthorized", `${request}no basic auth credentials`, {
    hint: `log in with: strake login ${url.host}`,
  });
}

/** A registry wants its users' passwords sent to somebody else. */
export function foreignRealm(host: string, realm: URL): EngineError {
  return new EngineError(
    "forbidden",
    `registry ${host} asks for a token from ${realm.origin}: credentials are not sent to another host`,
    { hint: `if that is right, list "${realm.hostname}" under "auth-realms" in /etc/docker/daemon.json` },
  );
}

export function badRedirect(from: URL, to: string, reason: string): EngineError {
  return new EngineError("forbidden", `${from.host} redirects to ${to}: ${reason}`);
}

export function protocolError(url: URL, detail: string): EngineError {
  return new EngineError("unavailable", `${url.host}: ${detail}`);
}

/** Content is not what its digest says. */
export function wrongContent(digest: Digest, detail: string): EngineError {
  return new EngineError("dataLoss", `content of ${digest} from the registry ${detail}`, {
    hint: "the registry or something on the way to it changed the content",
  });
}

/** A manifest or index breaks its format. */
export function invalidManifest(detail: string): EngineError {
  return new EngineError("invalidArgument", `invalid manifest: ${detail}`);
}
