import type { CallOptions } from "../base/index.ts";
import { type Descriptor, type Digest, digestOf, familiarName } from "../oci/index.ts";
import { readBody, readDetail } from "./answers.ts";
import { invalidManifest, protocolError, refused, wrongContent } from "./errors.ts";
import { toRefusal } from "./refusal.ts";
import { GiveUp, TryAgain, withRetries } from "./retry.ts";
import type { Session } from "./session.ts";
import type { Answer } from "./transport.ts";
import type { Repository } from "./types.ts";

/** Most bytes of a config or another document that is kept in memory. */
export const DOCUMENT_LIMIT = 8 << 20;

/**
 * The bytes of a blob from `offset` on. A lost connection is taken up where it broke (RFC 9110, 14), as long
 * as each try brings some bytes; `descriptor.size` is checked, the digest is not.
 */
export async function* fetchBlob(
  session: Session,
  repository: Repository,
  { descriptor, options }: BlobRequest,
): AsyncGenerator<Uint8Array> {
  const { digest, size } = descriptor;
  let at = options.offset ?? 0;
  let reader: AsyncGenerator<Uint8Array> | undefined;
  const open = async (): Promise<AsyncGenerator<Uint8Array>> => {
    const answer = await requestBlob(session, repository, { digest, from: at, signal: options.signal });
    const { response, url } = answer;
    const body = readBody(response, { url, stallTimeout: session.stallTimeout, signal: options.signal });
    // A registry that knows no ranges sends all of it again.
    return at > 0 && response.status === 200 ? withoutFirst(body, at) : body;
  };
  const next = (reset: () => void) => async (): Promise<Uint8Array | undefined> => {
    // Opening repeats by itself.
    reader ??= await open().catch((error: unknown) => {
      throw new GiveUp(error);
    });
    try {
      const { value, done } = await reader.next();
      if (done && at < size) throw new TryAgain(wrongContent(digest, `ends after ${at} of ${size} bytes`));
      if (!done) reset();
      return done ? undefined : value;
    } catch (error) {
      reader = undefined;
      throw error;
    }
  };
  const policy = { delay: session.retryDelay, signal: options.signal };
  try {
    while (true) {
      const chunk = await withRetries(policy, (reset) => next(reset)());
      if (chunk === undefined) break;
      at += chunk.length;
      if (at > size) throw wrongContent(digest, `has more than ${size} bytes`);
      yield chunk;
    }
  } finally {
    await reader?.return(undefined);
  }
}

export interface BlobRequest {
  readonly descriptor: Descriptor;
  readonly options: CallOptions & { readonly offset?: number };
}

/** A whole small blob, verified. Throws `invalidArgument` when it is too large to be one. */
export async function fetchSmallBlob(
  session: Session,
  repository: Repository,
  { descriptor, options }: BlobRequest,
): Promise<Uint8Array> {
  const { digest, size } = descriptor;
  if (size > DOCUMENT_LIMIT)
    throw invalidManifest(`${digest} has ${size} bytes, more than ${DOCUMENT_LIMIT}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of fetchBlob(session, repository, { descriptor, options })) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const actual = digestOf(bytes);
  if (actual !== digest) throw wrongContent(digest, `has digest ${actual}`);
  return bytes;
}

/** The size of a blob that is there. */
export async function findBlob(
  session: Session,
  repository: Repository,
  { digest, signal }: { readonly digest: Digest; readonly signal?: AbortSignal | undefined },
): Promise<number | undefined> {
  const { response, url } = await session.send({
    method: "HEAD",
    repository,
    path: blobPath(repository, digest),
    actions: "pull,push",
    signal,
  });
  if (response.status === 404) return undefined;
  if (!response.ok) {
    const asked = { reference: repository, action: "push", method: "HEAD" } as const;
    throw await toRefusal({ response, url }, { ...asked, stallTimeout: session.stallTimeout, signal });
  }
  return Number(response.headers.get("content-length") ?? "0");
}

async function requestBlob(
  session: Session,
  repository: Repository,
  {
    digest,
    from,
    signal,
  }: { readonly digest: Digest; readonly from: number; readonly signal?: AbortSignal | undefined },
): Promise<Answer> {
  const answer = await session.send({
    method: "GET",
    repository,
    path: blobPath(repository, digest),
    actions: "pull",
    signal,
    ...(from > 0 ? { headers: { range: `bytes=${from}-` } } : {}),
  });
  const { response, url } = answer;
  if (response.status === 206 && startOf(response) !== from) {
    await response.body?.cancel();
    throw protocolError(url, `sent another range than bytes ${from} and on`);
  }
  if (response.ok) return answer;
  const detail = await readDetail(response, { url, stallTimeout: session.stallTimeout, signal });
  if (response.status === 404) {
    throw refused({
      status: 404,
      url,
      detail: `${familiarName(repository)}@${digest}: blob unknown to registry`,
    });
  }
  throw refused({ status: response.status, url, detail });
}

function startOf(response: Response): number | undefined {
  const [, start] = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "") ?? [];
  return start === undefined ? undefined : Number(start);
}

function blobPath({ path }: Repository, digest: Digest): string {
  return `/v2/${path}/blobs/${digest}`;
}

async function* withoutFirst(chunks: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of chunks) {
    if (chunk.length <= left) left -= chunk.length;
    else {
      yield chunk.subarray(left);
      left = 0;
    }
  }
}
