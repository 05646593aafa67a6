import { type CallOptions, isEngineError } from "../base/index.ts";
import { type Descriptor, type Digest, digestHex, isDigest } from "../oci/index.ts";
import { readDetail, readWhole } from "./answers.ts";
import { protocolError, refused } from "./errors.ts";
import { nextPage } from "./list-tags.ts";
import { toDescriptor } from "./parse-descriptor.ts";
import { MANIFEST_LIMIT, parseManifest, readManifest } from "./read-manifest.ts";
import type { Session } from "./session.ts";
import type { Repository } from "./types.ts";

const MOST_PAGES = 100;

/** What names `digest` as its subject; from the tag scheme where the registry has no such list. */
export async function listReferrers(
  session: Session,
  repository: Repository,
  request: CallOptions & { readonly digest: Digest; readonly artifactType?: string | undefined },
): Promise<Descriptor[]> {
  const { digest, artifactType, signal } = request;
  const query = artifactType === undefined ? "" : `?${new URLSearchParams({ artifactType })}`;
  const found: Descriptor[] = [];
  let path: string | URL | undefined = `/v2/${repository.path}/referrers/${digest}${query}`;
  for (let page = 0; path !== undefined; page++) {
    const { response, url } = await session.send({
      method: "GET",
      repository,
      path,
      actions: "pull",
      signal,
    });
    const body = { url, stallTimeout: session.stallTimeout, signal };
    if (response.status === 404) {
      await response.body?.cancel();
      return matching(await fromTag(session, repository, request), artifactType);
    }
    if (!response.ok) {
      throw refused({ status: response.status, url, detail: await readDetail(response, body) });
    }
    if (page >= MOST_PAGES) throw protocolError(url, "the list of referrers does not end");
    found.push(...descriptorsOf(parseManifest(await readWhole(response, MANIFEST_LIMIT, body))));
    path = nextPage(response.headers.get("link"), url);
  }
  return matching(found, artifactType);
}

async function fromTag(
  session: Session,
  { domain, path }: Repository,
  { digest, signal }: CallOptions & { readonly digest: Digest },
): Promise<Descriptor[]> {
  const reference = { domain, path, tag: `sha256-${digestHex(digest)}` };
  try {
    const { value } = await readManifest(session, reference, signal === undefined ? {} : { signal });
    return descriptorsOf(value);
  } catch (error) {
    if (isEngineError(error, "notFound")) return [];
    throw error;
  }
}

function descriptorsOf(index: Readonly<Record<string, unknown>>): Descriptor[] {
  const { manifests } = index;
  if (!Array.isArray(manifests)) return [];
  return manifests.map((each) => toDescriptor(each)).filter(({ digest }) => isDigest(digest));
}

function matching(all: readonly Descriptor[], artifactType: string | undefined): Descriptor[] {
  return all.filter((each) => artifactType === undefined || each.artifactType === artifactType);
}
