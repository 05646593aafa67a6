import { type CallOptions, EngineError, throwIfAborted } from "../base/index.ts";
import type { Digest } from "../oci/index.ts";
import type { Endpoint } from "./endpoints.ts";
import { protocolError, wrongContent } from "./errors.ts";
import { toRefusal } from "./refusal.ts";
import { TryAgain, withRetries } from "./retry.ts";
import { type ApiRequest, checkTransient, type Session } from "./session.ts";
import type { Answer } from "./transport.ts";
import type { BlobUpload, PushedBlob, Repository } from "./types.ts";

/** Bytes of one piece: what is kept in memory to be sent again when a connection breaks. */
const PIECE = 8 << 20;
/** The most that a registry may ask for (distribution spec, `OCI-Chunk-Min-Length`). */
const LARGEST_PIECE = 128 << 20;

export interface PushOptions extends CallOptions {
  readonly onSent?: (bytes: number) => void;
}

/** Stores a blob (distribution spec, pushing blobs in chunks). */
export async function pushBlob(
  session: Session,
  repository: Repository,
  { upload, options }: { readonly upload: BlobUpload; readonly options: PushOptions },
): Promise<PushedBlob> {
  const base: Omit<ApiRequest, "method" | "path"> = {
    repository,
    actions: "pull,push",
    signal: options.signal,
  };
  const endpoint = await session.writeEndpoint({ ...base, method: "GET", path: "/v2/" });
  return await new Upload(session, { endpoint, base, upload, options }).run();
}

/** Makes a blob of the registry's repository `from` one of `repository`; false when the registry only opened an upload, which is given up. */
export async function mountBlob(
  session: Session,
  repository: Repository,
  request: { readonly digest: Digest; readonly from: string; readonly signal?: AbortSignal | undefined },
): Promise<boolean> {
  const { digest, from, signal } = request;
  const query = new URLSearchParams({ mount: digest, from });
  const base = { repository, actions: "pull,push" as const, signal };
  const { response, url } = await session.send({
    ...base,
    method: "POST",
    path: `/v2/${repository.path}/blobs/uploads/?${query}`,
    from,
  });
  await response.body?.cancel();
  if (response.status === 201) return true;
  const location = response.headers.get("location");
  if (response.status === 202 && location !== null && URL.canParse(location, url.href)) {
    const endpoint = await session.writeEndpoint({ ...base, method: "GET", path: "/v2/" });
    const given = { ...base, method: "DELETE" as const, path: new URL(location, url) };
    await (await session.sendOnce(given, endpoint)).response.body?.cancel();
  }
  return false;
}

interface UploadContext {
  readonly endpoint: Endpoint;
  readonly base: Omit<ApiRequest, "method" | "path">;
  readonly upload: BlobUpload;
  readonly options: PushOptions;
}

/** One blob on its way. */
class Upload {
  readonly #session: Session;
  readonly #context: UploadContext;
  #location: URL | undefined;
  /** The last place of an upload, while its state is unknown because a request was lost. */
  #lost: URL | undefined;
  #piece = PIECE;
  /** Bytes that the registry has said it has. */
  #sent = 0;

  constructor(session: Session, context: UploadContext) {
    this.#session = session;
    this.#context = context;
  }

  async run(): Promise<PushedBlob> {
    const { upload, options, base } = this.#context;
    const policy = { delay: this.#session.retryDelay, signal: options.signal };
    const hash = new Bun.CryptoHasher("sha256");
    let size = 0;
    await withRetries(policy, () => this.#begin());
    for await (const piece of pieces(upload.open(), this.#piece)) {
      throwIfAborted(options);
      hash.update(piece);
      size += piece.length;
      await withRetries(policy, () => this.#send(piece, size - piece.length));
      options.onSent?.(piece.length);
    }
    const digest = `sha256:${hash.digest("hex")}` as Digest;
    const { known } = upload;
    if (known !== undefined && known.digest !== digest) {
      throw new EngineError("dataLoss", `content does not match digest ${known.digest}`);
    }
    await withRetries(policy, () => this.#finish(digest, base));
    return { digest, size };
  }

  async #begin(): Promise<void> {
    const { repository } = this.#context.base;
    const answer = await this.#once({ method: "POST", path: `/v2/${repository.path}/blobs/uploads/` });
    if (answer.response.status !== 202) throw await this.#refused(answer);
    const least = Number(answer.response.headers.get("oci-chunk-min-length") ?? "0");
    if (least > PIECE) this.#piece = Math.min(least, LARGEST_PIECE);
    this.#follow(answer);
    this.#sent = 0;
  }

  async #send(piece: Uint8Array, start: number): Promise<void> {
    if (this.#location === undefined) await this.#recover(start);
    if (this.#sent < start || this.#sent > start + piece.length) {
      throw protocolError(this.#here(), "the registry lost a part of the upload");
    }
    const rest = piece.subarray(this.#sent - start);
    if (rest.length === 0) return;
    const end = start + piece.length;
    const location = this.#here();
    this.#lost = location;
    this.#location = undefined;
    const answer = await this.#once({
      method: "PATCH",
      path: location,
      headers: {
        "content-type": "application/octet-stream",
        "content-range": `${this.#sent}-${end - 1}`,
      },
      body: rest,
    });
    if (answer.response.status !== 202 && answer.response.status !== 201) throw await this.#refused(answer);
    this.#follow(answer);
    this.#sent = end;
  }

  /** Asks how much of the upload has arrived. */
  async #recover(start: number): Promise<void> {
    const location = this.#lost;
    if (location === undefined) throw new EngineError("internal", "an upload without a place");
    const answer = await this.#once({ method: "GET", path: location });
    if (answer.response.status !== 204 && answer.response.status !== 202) throw await this.#refused(answer);
    const [, last] = /^(?:bytes=)?0-(\d+)$/.exec(answer.response.headers.get("range") ?? "") ?? [];
    this.#follow(answer);
    // "0-0" is said of an upload without a byte, too.
    const has = last === undefined || last === "0" ? 0 : Number(last) + 1;
    this.#sent = has === 0 && start > 0 ? start : has;
  }

  async #finish(digest: Digest, base: UploadContext["base"]): Promise<void> {
    const url = new URL(this.#location ?? this.#lost ?? this.#here());
    url.searchParams.set("digest", digest);
    const answer = await this.#once({
      method: "PUT",
      path: url,
      headers: { "content-type": "application/octet-stream" },
      body: new Uint8Array(0),
    });
    const { response } = answer;
    await response.body?.cancel();
    if (response.status === 201) {
      const said = response.headers.get("docker-content-digest");
      if (said !== null && said !== digest) throw wrongContent(digest, `is ${said} to the registry`);
      return;
    }
    // The answer to a first try may have been lost, and the upload is closed then.
    const head = { ...base, method: "HEAD" as const, path: `/v2/${base.repository.path}/blobs/${digest}` };
    const found = await this.#session.sendOnce(head, this.#context.endpoint);
    if (!found.response.ok) throw await this.#refused(answer);
  }

  async #once(request: Pick<ApiRequest, "method" | "path" | "headers" | "body">): Promise<Answer> {
    const answer = await this.#session.sendOnce(
      { ...this.#context.base, ...request },
      this.#context.endpoint,
    );
    const { signal } = this.#context.options;
    await checkTransient(answer, { stallTimeout: this.#session.stallTimeout, signal });
    return answer;
  }

  #follow({ response, url }: Answer): void {
    const location = response.headers.get("location") ?? "";
    if (location === "" || !URL.canParse(location, url.href))
      throw protocolError(url, "the upload has no place");
    this.#location = new URL(location, url);
    void response.body?.cancel();
  }

  #here(): URL {
    const location = this.#location ?? this.#lost;
    if (location === undefined) throw new EngineError("internal", "an upload without a place");
    return location;
  }

  async #refused(answer: Answer): Promise<Error> {
    const { base, options } = this.#context;
    const { stallTimeout } = this.#session;
    const asked = { reference: base.repository, action: "push", method: "POST" } as const;
    const error = await toRefusal(answer, { ...asked, stallTimeout, signal: options.signal });
    return answer.response.status === 416 ? new TryAgain(error) : error;
  }
}

/** Joins chunks into pieces of `length` bytes; the last is shorter. */
async function* pieces(source: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of source) {
    for (let rest = chunk; rest.length > 0; ) {
      const part = rest.subarray(0, length - held);
      parts.push(part);
      held += part.length;
      rest = rest.subarray(part.length);
      if (held < length) continue;
      yield Buffer.concat(parts);
      parts = [];
      held = 0;
    }
  }
  if (held > 0) yield Buffer.concat(parts);
}
