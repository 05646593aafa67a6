import { type CallOptions, withoutControls } from "../base/index.ts";
import { readDetail, readJson } from "./answers.ts";
import { endpointsOf } from "./endpoints.ts";
import { refused } from "./errors.ts";
import type { LoginContext } from "./login.ts";
import type { SearchResult } from "./types.ts";

const LONGEST = 8 << 20;

/** Docker's search (`/v1/search`), which only some registries have. */
export async function searchRegistry(
  { settings, transport, stallTimeout }: LoginContext,
  request: CallOptions & { readonly domain: string; readonly term: string; readonly limit: number },
): Promise<SearchResult[]> {
  const { domain, term, limit, signal } = request;
  const host = domain === "docker.io" ? "index.docker.io" : domain;
  let failure: unknown;
  for (const { base, verify } of endpointsOf(host, settings, "write")) {
    const url = new URL(`${base}/v1/search`);
    url.searchParams.set("q", term);
    url.searchParams.set("n", String(limit));
    let answer: Awaited<ReturnType<typeof transport>>;
    try {
      answer = await transport({ method: "GET", url, verify, signal });
    } catch (error) {
      failure = error;
      continue;
    }
    const body = { url: answer.url, stallTimeout, signal };
    const { response } = answer;
    if (!response.ok) {
      const detail = (await readDetail(response, body)) || `Unexpected status code ${response.status}`;
      throw refused({ status: response.status, url, detail });
    }
    const { results } = await readJson(response, LONGEST, body);
    return (Array.isArray(results) ? results : []).slice(0, limit).map(toResult);
  }
  throw failure;
}

function toResult(raw: unknown): SearchResult {
  const value = (typeof raw === "object" && raw !== null ? raw : {}) as Readonly<Record<string, unknown>>;
  return {
    name: withoutControls(String(value.name ?? "")),
    description: withoutControls(String(value.description ?? "")),
    stars: Number(value.star_count ?? 0) || 0,
    official: value.is_official === true,
    automated: value.is_automated === true,
  };
}
