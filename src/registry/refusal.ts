import type { EngineError } from "../base/index.ts";
import type { Reference } from "../oci/index.ts";
import { readDetail } from "./answers.ts";
import { accessDenied, manifestUnknown, noCredentials, refused, repositoryUnknown } from "./errors.ts";
import type { Answer, Exchange } from "./transport.ts";

/** What was asked for when a registry refused. */
export interface Asked {
  readonly reference: Reference;
  readonly action: "pull" | "push";
  readonly method: Exchange["method"];
  readonly stallTimeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** The error for an answer that is no success, in Docker's words. */
export async function toRefusal({ response, url }: Answer, asked: Asked): Promise<EngineError> {
  const { reference, action, method } = asked;
  const detail = response.bodyUsed ? "" : await readDetail(response, { ...asked, url });
  const { status } = response;
  const wantsBasic = /^basic\b/i.test(response.headers.get("www-authenticate") ?? "");
  if (status === 401 && wantsBasic) return noCredentials(action === "push" ? undefined : method, url);
  if (status === 401 || status === 403) return accessDenied(reference, action, detail);
  if (status === 404 && action === "pull" && url.pathname.includes("/manifests/")) {
    return manifestUnknown(reference, detail);
  }
  if (status === 404 && action === "pull" && url.pathname.endsWith("/tags/list")) {
    return repositoryUnknown(reference, detail);
  }
  return refused({ status, url, detail });
}
