import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProcess } from "./run-process.ts";

/** True when the real registry is here (Debian: `docker-registry`). */
export const hasRegistry = Bun.which("docker-registry") !== null;

export interface RegistryMode {
  /** TLS with a certificate of {@link createAuthority}; plain HTTP if not given. */
  readonly tls?: Authority & { readonly clients?: boolean };
  /** Names and passwords of basic auth. */
  readonly users?: Readonly<Record<string, string>>;
  /** Token auth. */
  readonly token?: { readonly realm: string; readonly service: string; readonly certificate: string };
  /** Where the content lies; a folder of its own if not given. */
  readonly storage?: string;
}

/** The real registry of Debian, on a free port of the loopback. */
export interface DockerRegistry extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly host: string;
  readonly storage: string;
}

/** Starts the registry; resolves when it listens. `await using` ends and removes it. */
export async function dockerRegistry(mode: RegistryMode = {}): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), "strake-registry-"));
  const storage = mode.storage ?? join(folder, "data");
  await mkdir(storage, { recursive: true });
  const config = join(folder, "config.json");
  await Bun.write(config, JSON.stringify(await toConfig(folder, storage, mode)));
  const child = Bun.spawn(["docker-registry", "serve", config], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    // Its defaults for tracing would make it look for a collector.
    env: { PATH: process.env.PATH ?? "", OTEL_TRACES_EXPORTER: "none" },
  });
  const remove = async (): Promise<void> => {
    child.kill("SIGKILL");
    await child.exited;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const host = await listeningAddress(child.stderr);
    return { host, storage, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function toConfig(
  folder: string,
  storage: string,
  { tls, users, token }: RegistryMode,
): Promise<object> {
  const passwords = join(folder, "htpasswd");
  if (users !== undefined) await Bun.write(passwords, await toHtpasswd(users));
  return {
    version: 0.1,
    log: { level: "info", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: {
      addr: "127.0.0.1:0",
      ...(tls === undefined
        ? {}
        : {
            tls: {
              certificate: tls.certificate,
              key: tls.key,
              ...(tls.clients ? { clientcas: [tls.authority] } : {}),
            },
          }),
    },
    ...(users === undefined ? {} : { auth: { htpasswd: { realm: "test", path: passwords } } }),
    ...(token === undefined
      ? {}
      : {
          auth: {
            token: {
              realm: token.realm,
              service: token.service,
              issuer: "tests",
              rootcertbundle: token.certificate,
            },
          },
        }),
  };
}

async function toHtpasswd(users: Readonly<Record<string, string>>): Promise<string> {
  const lines = await Promise.all(
    Object.entries(users).map(async ([name, password]) => {
      const hash = await Bun.password.hash(password, { algorithm: "bcrypt", cost: 4 });
      return `${name}:${hash.replace(/^\$2b/, "$2y")}`;
    }),
  );
  return `${lines.join("\n")}\n`;
}

function listeningAddress(log: ReadableStream<Uint8Array>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const follow = async (): Promise<void> => {
    let text = "";
    const decoder = new TextDecoder();
    // To its end: it must not block on a full pipe.
    for await (const chunk of log) {
      text = (text + decoder.decode(chunk, { stream: true })).slice(-10_000);
      const [, host] = /listening on (127\.0\.0\.1:\d+)/.exec(text) ?? [];
      if (host !== undefined) resolve(host);
    }
    reject(new Error(`the registry ended: ${text}`));
  };
  void follow();
  return promise;
}

/** An authority of its own and a server certificate of it, as files in `folder`. */
export interface Authority {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes an authority and a certificate for 127.0.0.1, localhost and registry.invalid; `name` keeps several in one folder apart. */
export async function createAuthority(folder: string, name: string): Promise<Authority> {
  const at = (suffix: string): string => join(folder, `${name}-${suffix}`);
  const openssl = async (...words: readonly string[]): Promise<void> => {
    const { exitCode, stderr } = await runProcess(["openssl", ...words]);
    if (exitCode !== 0) throw new Error(stderr);
  };
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await openssl(
    ...["req", "-x509", ...curve, "-keyout", at("ca.key"), "-out", at("ca.crt")],
    ...["-subj", `/CN=${name} authority`, "-days", "2"],
  );
  await openssl(
    ...["req", ...curve, "-keyout", at("key.pem"), "-out", at("request.pem"), "-subj", "/CN=localhost"],
  );
  await Bun.write(at("extensions"), "subjectAltName=DNS:localhost,IP:127.0.0.1,DNS:registry.invalid");
  await openssl(
    ...["x509", "-req", "-in", at("request.pem"), "-CA", at("ca.crt"), "-CAkey", at("ca.key")],
    ...["-CAcreateserial", "-days", "2", "-extfile", at("extensions"), "-out", at("cert.pem")],
  );
  if (!existsSync(at("cert.pem"))) throw new Error("openssl made no certificate");
  return { authority: at("ca.crt"), certificate: at("cert.pem"), key: at("key.pem") };
}
