import { createHash, createPrivateKey, sign, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Authority } from "./docker-registry.ts";

/** A token server in the way of Docker's (distribution spec, token authentication). */
export interface TokenServer extends AsyncDisposable {
  readonly realm: string;
  /** What was asked for, in order: who, and which scopes. */
  readonly requests: readonly TokenRequest[];
}

export interface TokenRequest {
  /** The user, `refresh` for an identity token, or undefined for nobody. */
  readonly who: string | undefined;
  readonly scopes: readonly string[];
}

const REFRESH = "the-refresh-token";

/** Gives tokens signed with the authority's key to its users for everything, and to others for reading `public/…`. */
export function tokenServer(
  { certificate, key }: Authority,
  { service, users }: { readonly service: string; readonly users: Readonly<Record<string, string>> },
): TokenServer {
  const requests: TokenRequest[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const form = request.method === "POST" ? new URLSearchParams(await request.text()) : undefined;
      const query = form ?? new URL(request.url).searchParams;
      const who = form === undefined ? userOf(request, users) : refresher(form);
      const scopes = query.getAll("scope").flatMap((scope) => scope.split(" "));
      requests.push({ who: who === null ? undefined : who, scopes });
      if (who === null) return Response.json({ details: "incorrect username or password" }, { status: 401 });
      const token = toToken({ certificate, key }, { service, access: grant(scopes, who !== undefined) });
      const offline = query.get("offline_token") === "true" && who !== undefined;
      return Response.json({ token, ...(offline ? { refresh_token: REFRESH } : {}) });
    },
  });
  return {
    realm: `http://127.0.0.1:${server.port}/token`,
    requests,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** Undefined for nobody, null for a wrong password. */
function userOf(request: Request, users: Readonly<Record<string, string>>): string | undefined | null {
  const header = request.headers.get("authorization");
  if (header === null) return undefined;
  const text = Buffer.from(header.replace(/^Basic /, ""), "base64").toString();
  const name = text.slice(0, text.indexOf(":"));
  const password = text.slice(name.length + 1);
  return users[name] !== undefined && users[name] === password ? name : null;
}

function refresher(form: URLSearchParams): string | null {
  return form.get("refresh_token") === REFRESH && form.get("grant_type") === "refresh_token"
    ? "refresh"
    : null;
}

function grant(scopes: readonly string[], known: boolean): object[] {
  return scopes.flatMap((scope) => {
    const [type = "", name = "", actions = ""] = scope.split(":");
    if (known) return [{ type, name, actions: actions.split(",") }];
    return name.startsWith("public/") ? [{ type, name, actions: ["pull"] }] : [];
  });
}

function toToken(
  { certificate, key }: Pick<Authority, "certificate" | "key">,
  claims: { readonly service: string; readonly access: readonly object[] },
): string {
  const now = Math.floor(Date.now() / 1000);
  const der = new X509Certificate(readFileSync(certificate)).raw.toString("base64");
  const head = { typ: "JWT", alg: "ES256", x5c: [der] };
  const body = {
    iss: "tests",
    sub: "user",
    aud: claims.service,
    exp: now + 300,
    nbf: now - 10,
    iat: now,
    jti: createHash("sha256").update(String(now)).digest("hex"),
    access: claims.access,
  };
  const text = [head, body].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const signature = sign("sha256", Buffer.from(text), {
    key: createPrivateKey(readFileSync(key)),
    dsaEncoding: "ieee-p1363",
  });
  return `${text}.${signature.toString("base64url")}`;
}
