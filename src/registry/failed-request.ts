import { errnoOf, errorText } from "../base/index.ts";

const CAUSES: Readonly<Record<string, (host: string) => string>> = {
  ECONNREFUSED: (host) => `dial tcp ${host}: connect: connection refused`,
  ConnectionRefused: (host) => `dial tcp ${host}: connect: connection refused`,
  ENOTFOUND: (host) => `dial tcp: lookup ${host.replace(/:\d+$/, "")}: no such host`,
  EAI_AGAIN: (host) => `dial tcp: lookup ${host.replace(/:\d+$/, "")}: temporary failure in name resolution`,
  ENETUNREACH: (host) => `dial tcp ${host}: connect: network is unreachable`,
  EHOSTUNREACH: (host) => `dial tcp ${host}: connect: no route to host`,
  EPROTO: () => "http: server gave HTTP response to HTTPS client",
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  ERR_TLS_CERT_ALTNAME_INVALID: (host) =>
    `tls: failed to verify certificate: x509: certificate is not valid for ${host}`,
  CERT_HAS_EXPIRED: () => "tls: failed to verify certificate: x509: certificate has expired",
  ECONNRESET: () => "the connection was closed unexpectedly",
  ETIMEDOUT: () => "i/o timeout",
};

function unknownAuthority(): string {
  return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
}

/** Why a request, or reading what it gave, failed: in the words of Docker's engine where it has some. */
export function failureReason(url: URL, cause: unknown): string {
  return CAUSES[errnoOf(cause) ?? ""]?.(url.host) ?? errorText(cause);
}

/** True when nobody listens where the request went first. */
export function isRefused(cause: unknown): boolean {
  return ["ECONNREFUSED", "ConnectionRefused"].includes(errnoOf(cause) ?? "");
}

/** Says which request failed, and why. */
export function failedRequest(method: string, url: URL, reason: string): string {
  return `${toVerb(method)} "${withoutQuery(url)}": ${reason}`;
}

/** The method as Docker's engine spells it. */
export function toVerb(method: string): string {
  return method.slice(0, 1) + method.slice(1).toLowerCase();
}

/** Queries may carry signatures that are as good as a password. */
export function withoutQuery(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
