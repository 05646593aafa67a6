import type { CallOptions } from "../base/index.ts";
import { EngineError, isEngineError } from "../base/index.ts";
import { authorize } from "./authorize.ts";
import { endpointsOf } from "./endpoints.ts";
import { failedRequest } from "./failed-request.ts";
import type { RegistrySettings } from "./settings.ts";
import type { Transport } from "./transport.ts";
import type { Credential, LoginResult } from "./types.ts";

export interface LoginContext {
  readonly settings: RegistrySettings;
  readonly transport: Transport;
  readonly stallTimeout: number;
}

/** Asks the registry of a domain whether it knows this user. */
export async function logIn(
  context: LoginContext,
  domain: string,
  { credential, options }: { readonly credential: Credential; readonly options: CallOptions },
): Promise<LoginResult> {
  let failure: unknown;
  for (const { base, verify } of endpointsOf(domain, context.settings, "write")) {
    try {
      return await logInAt(context, { url: new URL(`${base}/v2/`), verify }, { credential, options });
    } catch (error) {
      // Only a host that did not answer may do so without TLS.
      if (!isEngineError(error, "unavailable")) throw error;
      failure = error;
    }
  }
  throw failure;
}

async function logInAt(
  { settings, transport, stallTimeout }: LoginContext,
  { url, verify }: { readonly url: URL; readonly verify: boolean },
  { credential, options }: { readonly credential: Credential; readonly options: CallOptions },
): Promise<LoginResult> {
  const { signal } = options;
  const first = await transport({ method: "GET", url, verify, signal });
  await first.response.body?.cancel();
  const succeeded = { status: "Login Succeeded", identityToken: undefined };
  if (first.response.ok) return succeeded;
  if (first.response.status !== 401 || first.url.origin !== url.origin) throw failed(url, first.response);
  const proof = { credential, scope: "", realms: settings.realms, transport, verify };
  const authorization = await authorize(first, proof, { stallTimeout, signal }).catch((error: unknown) => {
    if (!isEngineError(error, "unauthorized")) throw error;
    throw new EngineError("unauthorized", failedRequest("GET", url, error.message), { cause: error });
  });
  const header = authorization?.header;
  const second = await transport({ method: "GET", url, verify, signal, authorization: header });
  await second.response.body?.cancel();
  if (!second.response.ok) throw failed(url, second.response);
  return { ...succeeded, identityToken: authorization?.identityToken };
}

function failed(url: URL, { status, statusText }: Response): EngineError {
  const kind = status === 401 || status === 403 ? "unauthorized" : "unavailable";
  const words = statusText === "" ? "" : ` ${statusText}`;
  return new EngineError(kind, `login attempt to ${url.href} failed with status: ${status}${words}`);
}
