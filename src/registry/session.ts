import { throwIfAborted } from "../base/index.ts";
import { readDetail } from "./answers.ts";
import { type Authorization, authorize, type Scope } from "./authorize.ts";
import { type Endpoint, endpointsOf } from "./endpoints.ts";
import { refused } from "./errors.ts";
import { isTransient, retryAfter, TryAgain, withRetries } from "./retry.ts";
import type { RegistrySettings } from "./settings.ts";
import type { Answer, Exchange, Transport } from "./transport.ts";
import type { CredentialSource, Repository } from "./types.ts";

/** A request to the API of a registry: `path` from `/v2/` on, or a whole URL that the registry gave. */
export interface ApiRequest extends Pick<Exchange, "method" | "headers" | "body" | "signal"> {
  readonly repository: Repository;
  readonly path: string | URL;
  readonly actions: "pull" | "pull,push";
  /** Another repository that is read from. */
  readonly from?: string;
}

/** Requests to registries with everything around them: endpoints in order, proofs, repetitions. */
export interface Session {
  /** The answer of the first endpoint that has one; any status but those that a repetition may cure. */
  send(request: ApiRequest): Promise<Answer>;
  /** As `send`, at one endpoint and once: for uploads, which repeat in their own way. */
  sendOnce(request: ApiRequest, endpoint: Endpoint): Promise<Answer>;
  /** The endpoint that a domain's repositories are written to. */
  writeEndpoint(request: ApiRequest): Promise<Endpoint>;
  readonly stallTimeout: number;
  readonly retryDelay: number;
}

export interface SessionOptions {
  readonly settings: RegistrySettings;
  readonly transport: Transport;
  readonly credentials: CredentialSource;
  readonly retryDelay: number;
  readonly stallTimeout: number;
}

/** Opens a session; what it learns (schemes that work, tokens) lasts as long as it. */
export function createSession(options: SessionOptions): Session {
  const { settings, transport, retryDelay, stallTimeout } = options;
  const proofs = new Map<string, Authorization>();
  const alive = new Map<string, Endpoint>();

  async function sendOnce(request: ApiRequest, endpoint: Endpoint): Promise<Answer> {
    const { method, headers, body, signal, path } = request;
    const url = typeof path === "string" ? new URL(`${endpoint.base}${path}`) : path;
    const own = url.origin === new URL(endpoint.base).origin;
    const scope = scopeOf(request);
    const key = `${endpoint.base} ${scope}`;
    const exchange: Exchange = {
      method,
      url,
      verify: own ? endpoint.verify : true,
      signal,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    };
    const known = own ? proofs.get(key)?.header : undefined;
    const answer = await transport({ ...exchange, authorization: known });
    if (answer.response.status !== 401 || !own || answer.url.origin !== url.origin) return answer;
    const credential = endpoint.mirror ? undefined : await options.credentials(request.repository);
    const proof = { credential, scope, realms: settings.realms, transport, verify: endpoint.verify };
    const authorization = await authorize(answer, proof, { stallTimeout, signal });
    if (authorization === undefined || authorization.header === known) return answer;
    await answer.response.body?.cancel();
    proofs.set(key, authorization);
    return await transport({ ...exchange, authorization: authorization.header });
  }

  async function sendPatiently(request: ApiRequest, endpoint: Endpoint): Promise<Answer> {
    const { signal } = request;
    return await withRetries({ delay: retryDelay, signal }, async () => {
      const answer = await sendOnce(request, endpoint);
      await checkTransient(answer, { stallTimeout, signal });
      return answer;
    });
  }

  async function send(request: ApiRequest): Promise<Answer> {
    const { domain } = request.repository;
    const purpose = request.actions === "pull" ? "read" : "write";
    const key = `${purpose} ${domain}`;
    const known = alive.get(key);
    if (known !== undefined && !known.mirror) return await sendPatiently(request, known);
    let failure: unknown;
    for (const endpoint of endpointsOf(domain, settings, purpose)) {
      try {
        const answer = await sendPatiently(request, endpoint);
        // A mirror without the content is no reason to give up.
        if (endpoint.mirror && !answer.response.ok) {
          await answer.response.body?.cancel();
          continue;
        }
        alive.set(key, endpoint);
        return answer;
      } catch (error) {
        throwIfAborted(request.signal === undefined ? undefined : { signal: request.signal });
        failure = error;
      }
    }
    throw failure;
  }

  return {
    send,
    sendOnce,
    stallTimeout,
    retryDelay,
    writeEndpoint: async (request) => {
      const key = `write ${request.repository.domain}`;
      if (!alive.has(key)) await (await send(request)).response.body?.cancel();
      const endpoint = alive.get(key);
      if (endpoint === undefined) throw new Error("no endpoint answered");
      return endpoint;
    },
  };
}

/** Throws {@link TryAgain} for an answer that a repetition may cure. */
export async function checkTransient(
  { response, url }: Answer,
  body: { readonly stallTimeout: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  if (!isTransient(response.status)) return;
  const detail = await readDetail(response, { ...body, url });
  const said = response.status === 429 && detail === "" ? "toomanyrequests: too many requests" : detail;
  throw new TryAgain(
    refused({ status: response.status, url, detail: said }),
    retryAfter(response.headers.get("retry-after")),
  );
}

function scopeOf({ repository, actions, from }: ApiRequest): Scope {
  if (repository.path === "") return "";
  const own = `repository:${repository.path}:${actions}`;
  return from === undefined ? own : `${own} repository:${from}:pull`;
}
