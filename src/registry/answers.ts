import { EngineError, errorText, throwIfAborted } from "../base/index.ts";
import { protocolError, unreachable } from "./errors.ts";

const LONGEST_ERROR = 64 << 10;

/** The chunks of a body; throws `unavailable` when none comes for `stallTimeout` milliseconds or the connection breaks. */
export async function* readBody(
  response: Response,
  { url, stallTimeout, signal }: BodyOptions,
): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  signal?.addEventListener("abort", stop, { once: true });
  let whole = false;
  try {
    for (;;) {
      const { value, done } = await withDeadline(reader.read(), stallTimeout).catch((error: unknown) => {
        throw unreachable("GET", url, { cause: error });
      });
      throwIfAborted(signal === undefined ? undefined : { signal });
      if (done) {
        whole = true;
        return;
      }
      yield value;
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    if (!whole) stop();
  }
}

export interface BodyOptions {
  readonly url: URL;
  readonly stallTimeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** A whole body of at most `limit` bytes. Throws `unavailable` when there are more, without reading them. */
export async function readWhole(
  response: Response,
  limit: number,
  options: BodyOptions,
): Promise<Uint8Array> {
  const announced = Number(response.headers.get("content-length") ?? "0");
  const tooLong = () => protocolError(options.url, `the answer is longer than ${limit} bytes`);
  if (announced > limit) {
    await response.body?.cancel();
    throw tooLong();
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of readBody(response, options)) {
    length += chunk.length;
    if (length > limit) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A JSON object of at most `limit` bytes. */
export async function readJson(
  response: Response,
  limit: number,
  options: BodyOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readWhole(response, limit, options);
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
    throw new Error("it is no object");
  } catch (error) {
    throw protocolError(options.url, `the answer is no JSON: ${errorText(error)}`);
  }
}

/** The registry's own words for an error, `code: message` (distribution spec, error codes), fit for one line. */
export async function readDetail(response: Response, options: BodyOptions): Promise<string> {
  try {
    const raw = await readJson(response, LONGEST_ERROR, options);
    const errors = Array.isArray(raw.errors) ? raw.errors : [];
    const texts = errors.map(toText).filter((text) => text !== "");
    if (texts.length > 0) return texts.join(", ");
    return typeof raw.details === "string" ? printable(raw.details) : "";
  } catch (error) {
    if (error instanceof EngineError && error.kind === "cancelled") throw error;
    return "";
  }
}

function toText(raw: unknown): string {
  if (typeof raw !== "object" || raw === null) return "";
  const { code, message } = raw as Readonly<Record<string, unknown>>;
  const name = typeof code === "string" ? code.toLowerCase().replaceAll("_", " ") : "";
  const said = typeof message === "string" ? message : "";
  return printable([name, said].filter((text) => text !== "").join(": "));
}

/** Control characters of others do not reach a terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").slice(0, 1000);
}

async function withDeadline<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(Object.assign(new Error("i/o timeout"), { code: "ETIMEDOUT" })),
    milliseconds,
  );
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
