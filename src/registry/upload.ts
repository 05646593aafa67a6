import { EngineError } from "../base/index.ts";
import type { Digest } from "../oci/index.ts";
import type { Endpoint } from "./endpoints.ts";
import { protocolError, wrongContent } from "./errors.ts";
import type { PushOptions } from "./push-blob.ts";
import { toRefusal } from "./refusal.ts";
import { GiveUp, TryAgain, withRetries } from "./retry.ts";
import { type ApiRequest, checkTransient, type Session } from "./session.ts";
import { type Answer, checkRedirect } from "./transport.ts";
import type { BlobUpload, PushedBlob } from "./types.ts";
import { pieces, UploadSource } from "./upload-source.ts";

/** Bytes of one piece: GHCR takes no more in a request that says its range. */
const PIECE = 4 << 20;
/** The most that a registry may ask for (distribution spec, `OCI-Chunk-Min-Length`). */
const LARGEST_PIECE = 128 << 20;

export interface UploadContext {
  readonly endpoint: Endpoint;
  readonly base: Omit<ApiRequest, "method" | "path">;
  readonly upload: BlobUpload;
  readonly options: PushOptions;
}

/**
 * One blob on its way. All of it goes in one request, as Docker's engine sends it: some registries take nothing else.
 * What a lost connection left over follows in pieces with their ranges (distribution spec, pushing a blob in chunks),
 * and where that is not taken, all goes again.
 */
export class Upload {
  readonly #session: Session;
  readonly #context: UploadContext;
  readonly #source: UploadSource;
  #way: "whole" | "pieces" = "whole";
  #location: URL | undefined;
  #piece = PIECE;
  /** Bytes that the registry has said it has. */
  #has = 0;
  /** The most of them so far. */
  #most = 0;
  /** True while the last request to the place may have left bytes there. */
  #unsure = false;
  #resumed = false;

  constructor(session: Session, context: UploadContext) {
    this.#session = session;
    this.#context = context;
    this.#source = new UploadSource(context.upload.open, context.options.onSent);
  }

  async run(): Promise<PushedBlob> {
    const { upload, options } = this.#context;
    const policy = { delay: this.#session.retryDelay, signal: options.signal };
    for (;;) {
      const sent = await withRetries(policy, (reset) => this.#send(reset));
      const { known } = upload;
      if (known !== undefined && known.digest !== sent.digest) {
        throw new EngineError("dataLoss", `content does not match digest ${known.digest}`);
      }
      const refusal = await withRetries(policy, () => this.#finish(sent.digest));
      if (refusal === undefined) return sent;
      // What was put together of parts may not fit; what came in one go does.
      if (!this.#resumed) throw refusal;
      this.#restart("whole");
    }
  }

  /** Sends what the registry lacks; what fails on the way is sent with the next call. */
  async #send(reset: () => void): Promise<PushedBlob> {
    if (this.#unsure) await this.#recover(reset);
    if (this.#location === undefined) await this.#begin();
    if (this.#way === "whole") await this.#sendWhole();
    else await this.#sendPieces();
    return this.#source.result();
  }

  async #begin(): Promise<void> {
    const { repository } = this.#context.base;
    const answer = await this.#once({ method: "POST", path: `/v2/${repository.path}/blobs/uploads/` });
    if (answer.response.status !== 202) throw await this.#refused(answer);
    const least = Number(answer.response.headers.get("oci-chunk-min-length") ?? "0");
    if (least > PIECE) this.#piece = Math.min(least, LARGEST_PIECE);
    this.#follow(answer);
  }

  async #sendWhole(): Promise<void> {
    const answer = await this.#patch({ body: () => this.#source.read(0) });
    if (answer.response.status === 413) {
      this.#restart("pieces");
      throw new TryAgain(await this.#refused(answer));
    }
    if (!isTaken(answer)) throw await this.#refused(answer);
    this.#follow(answer);
    if (!this.#source.isRead()) throw new TryAgain(protocolError(answer.url, "took only a part of a blob"));
    this.#unsure = false;
  }

  async #sendPieces(): Promise<void> {
    let start = this.#has;
    for await (const body of pieces(this.#source.read(start), this.#piece)) {
      const end = start + body.length;
      const answer = await this.#patch({ body, headers: { "content-range": `${start}-${end - 1}` } });
      if (!isTaken(answer)) {
        const refusal = await this.#refused(answer);
        if (!this.#resumed || [401, 403].includes(answer.response.status)) throw refusal;
        this.#restart("whole");
        throw new TryAgain(refusal);
      }
      this.#follow(answer);
      this.#unsure = false;
      start = end;
    }
  }

  async #patch(request: Pick<ApiRequest, "headers" | "body">): Promise<Answer> {
    this.#unsure = true;
    const headers = { "content-type": "application/octet-stream", ...request.headers };
    try {
      return await this.#once({ ...request, method: "PATCH", path: this.#here(), headers });
    } catch (error) {
      if (this.#source.failure !== undefined) throw new GiveUp(this.#source.failure.error);
      throw error;
    }
  }

  /** Asks how much of the upload has arrived. */
  async #recover(reset: () => void): Promise<void> {
    const answer = await this.#once({ method: "GET", path: this.#here() });
    const [, last] = /^(?:bytes=)?0-(\d+)$/.exec(answer.response.headers.get("range") ?? "") ?? [];
    // "0-0" is said of an upload without a byte, too.
    const has = answer.response.ok && last !== undefined && last !== "0" ? Number(last) + 1 : 0;
    if (has === 0) {
      await answer.response.body?.cancel();
      this.#restart(this.#way === "pieces" && !this.#resumed ? "pieces" : "whole");
      return;
    }
    this.#follow(answer);
    this.#way = "pieces";
    this.#resumed = true;
    this.#unsure = false;
    this.#has = has;
    if (has > this.#most) reset();
    this.#most = Math.max(this.#most, has);
  }

  #restart(way: "whole" | "pieces"): void {
    this.#way = way;
    this.#location = undefined;
    this.#has = 0;
    this.#unsure = false;
    this.#resumed = false;
  }

  /** The refusal when the registry does not take what was sent for the blob. */
  async #finish(digest: Digest): Promise<Error | undefined> {
    const { base, endpoint } = this.#context;
    const url = new URL(this.#here());
    url.searchParams.set("digest", digest);
    const answer = await this.#once({
      method: "PUT",
      path: url,
      headers: { "content-type": "application/octet-stream" },
      body: new Uint8Array(0),
    });
    const { response } = answer;
    if (response.status === 201) {
      await response.body?.cancel();
      const said = response.headers.get("docker-content-digest");
      if (said !== null && said !== digest) throw wrongContent(digest, `is ${said} to the registry`);
      return undefined;
    }
    const refusal = await this.#refused(answer);
    // The answer to a first try may have been lost, and the upload is closed then.
    const head = { ...base, method: "HEAD" as const, path: `/v2/${base.repository.path}/blobs/${digest}` };
    const found = await this.#session.sendOnce(head, endpoint);
    return found.response.ok ? undefined : refusal;
  }

  async #once(request: Pick<ApiRequest, "method" | "path" | "headers" | "body">): Promise<Answer> {
    const { base, endpoint, options } = this.#context;
    const answer = await this.#session.sendOnce({ ...base, ...request }, endpoint);
    await checkTransient(answer, { stallTimeout: this.#session.stallTimeout, signal: options.signal });
    return answer;
  }

  #follow(answer: Answer): void {
    const place = uploadPlace(answer);
    if (place === undefined) throw protocolError(answer.url, "the upload has no place");
    this.#location = place;
    void answer.response.body?.cancel();
  }

  #here(): URL {
    if (this.#location === undefined) throw new EngineError("internal", "an upload without a place");
    return this.#location;
  }

  async #refused(answer: Answer): Promise<EngineError> {
    const { base, options } = this.#context;
    const { stallTimeout } = this.#session;
    const asked = { reference: base.repository, action: "push", method: "POST" } as const;
    return await toRefusal(answer, { ...asked, stallTimeout, signal: options.signal });
  }
}

/** Where an upload goes on; undefined when the registry does not say. Throws `forbidden` when that is no place to send anything to. */
export function uploadPlace({ response, url }: Answer): URL | undefined {
  const location = response.headers.get("location") ?? "";
  if (location === "" || !URL.canParse(location, url.href)) return undefined;
  const place = new URL(location, url);
  checkRedirect(url, place);
  return place;
}

function isTaken({ response }: Answer): boolean {
  return response.status === 202 || response.status === 201 || response.status === 204;
}
