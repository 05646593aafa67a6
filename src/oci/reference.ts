import { EngineError } from "../base/index.ts";
import { type Digest, isDigest } from "./digest.ts";

/** A name in the grammar of the distribution project's `reference` package, normalised as Docker does. */
export interface Reference {
  /** `docker.io`, `localhost:5000`, … */
  readonly domain: string;
  /** `library/debian`, `user/app`, … */
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const DEFAULT_DOMAIN = "docker.io";
const OFFICIAL = "library/";
const DOMAIN_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const DOMAIN = new RegExp(`^(?:${DOMAIN_LABEL}(?:\\.${DOMAIN_LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const HEX_ID = /^[a-f0-9]{64}$/;

/**
 * Reads `[domain/]path[:tag][@digest]`, filling in `docker.io` and `library/`. No tag is added.
 * Throws `invalidArgument` with Docker's text.
 */
export function parseReference(text: string): Reference {
  if (HEX_ID.test(text)) {
    throw new EngineError(
      "invalidArgument",
      `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`,
    );
  }
  const { domain, remainder } = splitDomain(text);
  const at = remainder.indexOf("@");
  const named = at < 0 ? remainder : remainder.slice(0, at);
  const digest = at < 0 ? undefined : remainder.slice(at + 1);
  const colon = named.indexOf(":");
  const path = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (path !== path.toLowerCase()) {
    throw new EngineError(
      "invalidArgument",
      `invalid reference format: repository name (${path}) must be lowercase`,
    );
  }
  const bad = !DOMAIN.test(domain) || !PATH.test(path) || (tag !== undefined && !TAG.test(tag));
  if (bad) throw invalid();
  if (digest !== undefined && !isDigest(digest)) throw invalid();
  if (domain.length + 1 + path.length > 255) {
    throw new EngineError("invalidArgument", "repository name must not be more than 255 characters");
  }
  return { domain, path, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** True for what can be the tag of a reference. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

function invalid(): EngineError {
  return new EngineError("invalidArgument", "invalid reference format");
}

function splitDomain(text: string): { domain: string; remainder: string } {
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  const isDomain = /[.:]/.test(first) || first === "localhost" || first.toLowerCase() !== first;
  let domain = isDomain ? first : DEFAULT_DOMAIN;
  let remainder = isDomain ? text.slice(slash + 1) : text;
  if (domain === "index.docker.io") domain = DEFAULT_DOMAIN;
  if (domain === DEFAULT_DOMAIN && remainder !== "" && !remainder.includes("/"))
    remainder = OFFICIAL + remainder;
  return { domain, remainder };
}

/** `reference` with the tag `latest` if it has neither tag nor digest. */
export function withDefaultTag(reference: Reference): Reference {
  if (reference.tag !== undefined || reference.digest !== undefined) return reference;
  return { ...reference, tag: "latest" };
}

/** The full form, `docker.io/library/debian:bookworm`: the key under which a name is stored. */
export function formatReference(reference: Reference): string {
  return `${reference.domain}/${reference.path}${suffix(reference)}`;
}

/** The form that users see, `debian:bookworm`. */
export function familiarReference(reference: Reference): string {
  return `${familiarName(reference)}${suffix(reference)}`;
}

/** The repository as users see it, `debian`. */
export function familiarName(reference: Reference): string {
  if (reference.domain !== DEFAULT_DOMAIN) return `${reference.domain}/${reference.path}`;
  const rest = reference.path.startsWith(OFFICIAL) ? reference.path.slice(OFFICIAL.length) : reference.path;
  return rest.includes("/") ? reference.path : rest;
}

function suffix({ tag, digest }: Reference): string {
  return `${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}
