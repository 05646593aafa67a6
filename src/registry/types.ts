import type { CallOptions } from "../base/index.ts";
import type { Descriptor, Digest, Document, Reference } from "../oci/index.ts";

/** What a user proves himself with to one registry. */
export type Credential =
  | { readonly kind: "password"; readonly username: string; readonly password: string }
  /** An OAuth2 refresh token, which some registries give out at login instead of keeping the password. */
  | { readonly kind: "identityToken"; readonly token: string }
  /** A bearer token for the registry itself. */
  | { readonly kind: "registryToken"; readonly token: string };

/** Looks up what to prove oneself with for a repository; undefined for nothing. */
export type CredentialSource = (
  repository: Pick<Reference, "domain" | "path">,
) => Promise<Credential | undefined>;

/** A repository: a reference whose tag and digest do not count. */
export type Repository = Pick<Reference, "domain" | "path">;

/** What a manifest is taken for: what its media type says. */
export type ManifestDocument = Document<Readonly<Record<string, unknown>>>;

/** Bytes to push. */
export interface BlobUpload {
  /** The bytes from the start; called again when a connection broke. */
  readonly open: () => AsyncIterable<Uint8Array>;
  /** What the bytes are, where that is known beforehand: the registry may have it already. */
  readonly known?: { readonly digest: Digest; readonly size: number };
}

/** Bytes that a registry has now. */
export interface PushedBlob {
  readonly digest: Digest;
  readonly size: number;
}

/** One hit of a search. */
export interface SearchResult {
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly official: boolean;
  readonly automated: boolean;
}

/** What a registry said to a login. */
export interface LoginResult {
  readonly status: string;
  /** To be kept instead of the password, when the registry gave one. */
  readonly identityToken: string | undefined;
}

/**
 * Registries of the OCI distribution spec. Everything that comes back is verified against the digest that
 * names it. Errors: `unavailable` (host and cause), `notFound`, `unauthorized`, `forbidden`, `dataLoss`, `invalidArgument`.
 */
export interface Registry {
  /** What a tag or digest names, without its content. Throws `notFound`. */
  resolve(reference: Reference, options?: CallOptions): Promise<Descriptor>;
  /** A manifest or index, at most 4 MiB. Throws `notFound`, `dataLoss`, or `invalidArgument` for what is neither. */
  manifest(reference: Reference, options?: CallOptions): Promise<ManifestDocument>;
  /** The blob's bytes from `offset` on, unverified; a lost connection is taken up where it broke. Throws `dataLoss` when there are more or fewer than the descriptor says. */
  blob(
    repository: Repository,
    descriptor: Descriptor,
    options?: CallOptions & { readonly offset?: number },
  ): AsyncIterable<Uint8Array>;
  /** A whole blob of at most 8 MiB, verified. */
  smallBlob(repository: Repository, descriptor: Descriptor, options?: CallOptions): Promise<Uint8Array>;
  /** The size of a blob that the repository has. */
  findBlob(repository: Repository, digest: Digest, options?: CallOptions): Promise<number | undefined>;
  /** Makes a blob of another repository of the same registry one of this; false when the registry does not do that. */
  mountBlob(
    repository: Repository,
    digest: Digest,
    options: CallOptions & { readonly from: string },
  ): Promise<boolean>;
  /** Idempotent. Goes on where a connection broke. `onSent` gets bytes as the registry takes them. */
  pushBlob(
    repository: Repository,
    upload: BlobUpload,
    options?: CallOptions & { readonly onSent?: (bytes: number) => void },
  ): Promise<PushedBlob>;
  /** Stores a manifest under the reference's tag, or under its digest when it has no tag. */
  pushManifest(
    reference: Reference,
    manifest: { readonly bytes: Uint8Array; readonly mediaType: string },
    options?: CallOptions,
  ): Promise<Descriptor>;
  /** All tags of a repository in the registry's order. Throws `notFound`. */
  tags(repository: Repository, options?: CallOptions): Promise<string[]>;
  /** Manifests that name `digest` as their subject (distribution spec, listing referrers), also from registries that keep them under a tag. */
  referrers(
    repository: Repository,
    digest: Digest,
    options?: CallOptions & { readonly artifactType?: string },
  ): Promise<Descriptor[]>;
  /** Docker's search, of registries that have it. */
  search(
    request: { readonly domain: string; readonly term: string; readonly limit: number },
    options?: CallOptions,
  ): Promise<SearchResult[]>;
  /** Checks a name and password, or an identity token. Throws `unauthorized`. */
  login(domain: string, credential: Credential, options?: CallOptions): Promise<LoginResult>;
}

/** How {@link Registry} behaves. */
export interface RegistryOptions {
  /** Nobody, if not given. */
  readonly credentials?: CredentialSource;
  /** Folders with `daemon.json` and `certs.d`, the first that has a thing wins; see `settings.ts`. */
  readonly folders?: readonly string[];
  /** Every registry may do without verified TLS, as those that `daemon.json` lists. */
  readonly insecure?: boolean;
  /** Milliseconds before the first repetition; each further one waits twice as long. 250 if not given. */
  readonly retryDelay?: number;
  /** Milliseconds without a byte after which a connection counts as lost; 60,000 if not given. */
  readonly stallTimeout?: number;
}
