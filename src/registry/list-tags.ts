import type { CallOptions } from "../base/index.ts";
import { isTag } from "../oci/index.ts";
import { readJson } from "./answers.ts";
import { protocolError } from "./errors.ts";
import { toRefusal } from "./refusal.ts";
import type { Session } from "./session.ts";
import type { Repository } from "./types.ts";

const MOST_PAGES = 1000;
const LONGEST_PAGE = 8 << 20;
const MOST_TAGS = 1_000_000;

/** All tags of a repository, page by page (distribution spec, listing tags). */
export async function listTags(
  session: Session,
  repository: Repository,
  options: CallOptions = {},
): Promise<string[]> {
  const tags: string[] = [];
  const seen = new Set<string>();
  let path: string | URL | undefined = `/v2/${repository.path}/tags/list?n=1000`;
  for (let page = 0; path !== undefined; page++) {
    const { signal } = options;
    const { response, url } = await session.send({
      method: "GET",
      repository,
      path,
      actions: "pull",
      signal,
    });
    const body = { url, stallTimeout: session.stallTimeout, signal };
    if (!response.ok) {
      const asked = { reference: repository, action: "pull", method: "GET" } as const;
      throw await toRefusal({ response, url }, { ...asked, ...body });
    }
    const { tags: listed } = await readJson(response, LONGEST_PAGE, body);
    for (const tag of Array.isArray(listed) ? listed : []) {
      if (typeof tag !== "string" || !isTag(tag))
        throw protocolError(url, `${JSON.stringify(tag).slice(0, 200)} is no tag`);
      tags.push(tag);
    }
    path = nextPage(response.headers.get("link"), url);
    if (page >= MOST_PAGES || tags.length > MOST_TAGS || (path !== undefined && seen.has(path.href))) {
      throw protocolError(url, "the list of tags does not end");
    }
    if (path !== undefined) seen.add(path.href);
  }
  return tags;
}

/** The next page that a `Link` header names (RFC 8288), on the same host. */
export function nextPage(link: string | null, url: URL): URL | undefined {
  const [, target] = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(link ?? "") ?? [];
  if (target === undefined || !URL.canParse(target, url.href)) return undefined;
  const next = new URL(target, url);
  if (next.origin !== url.origin) throw protocolError(url, `the next page is at ${next.host}`);
  return next;
}
