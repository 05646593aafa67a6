import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError, errnoOf, errorText } from "../base/index.ts";

/** What the administrator of this machine says about registries: the keys of Docker's `daemon.json` that concern them. */
export interface RegistrySettings {
  readonly mirrors: readonly string[];
  /** Hosts, `host:port`, or IPv4 networks (`10.0.0.0/8`) that may be spoken to without verified TLS. */
  readonly insecure: readonly string[];
  /** Hosts that any registry may have tokens given out by. */
  readonly realms: readonly string[];
  readonly httpProxy: string | undefined;
  readonly httpsProxy: string | undefined;
  readonly noProxy: string | undefined;
  /** What `certs.d/<host>` holds for a host. */
  certificates(host: string): HostCertificates;
}

/** Certificates for one registry, in PEM. */
export interface HostCertificates {
  /** Authorities besides those of the system. */
  readonly authorities: readonly string[];
  readonly client: { readonly cert: string; readonly key: string } | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** `$STRAKE_ETC` alone, or the folders of Strake and Docker. */
export function settingsFolders(): readonly string[] {
  const own = process.env.STRAKE_ETC;
  return own === undefined || own === "" ? ["/etc/strake", "/etc/docker"] : [own];
}

/** Reads `daemon.json` of the first folder that has one. Throws `invalidArgument` when it is no JSON object. */
export function readSettings(folders: readonly string[]): RegistrySettings {
  const raw = readFirst(folders);
  const proxies = typeof raw.proxies === "object" && raw.proxies !== null ? (raw.proxies as Json) : {};
  return {
    mirrors: texts(raw["registry-mirrors"]),
    // Docker takes a scheme away, too.
    insecure: texts(raw["insecure-registries"]).map((each) => each.replace(/^https?:\/\//, "")),
    realms: texts(raw["auth-realms"]),
    httpProxy: text(proxies["http-proxy"]),
    httpsProxy: text(proxies["https-proxy"]),
    noProxy: text(proxies["no-proxy"]),
    certificates: (host) => readCertificates(folders, host),
  };
}

function readFirst(folders: readonly string[]): Json {
  for (const folder of folders) {
    const path = join(folder, "daemon.json");
    try {
      const value: unknown = JSON.parse(readFileSync(path, "utf8"));
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
      throw new Error("it is no JSON object");
    } catch (error) {
      if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") continue;
      throw new EngineError("invalidArgument", `cannot read ${path}: ${errorText(error)}`, { cause: error });
    }
  }
  return {};
}

/** Docker's layout: `*.crt` are authorities, `x.cert` with `x.key` is what this client shows. */
function readCertificates(folders: readonly string[], host: string): HostCertificates {
  const none = { authorities: [], client: undefined };
  if (host.includes("/") || host.startsWith(".")) return none;
  const folder = folders.map((each) => join(each, "certs.d", host)).find((each) => existsSync(each));
  if (folder === undefined) return none;
  const names = readdirSync(folder).sort();
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  const certName = names.find((name) => name.endsWith(".cert"));
  const keyName = certName?.replace(/cert$/, "key");
  if (certName !== undefined && (keyName === undefined || !names.includes(keyName))) {
    throw new EngineError("invalidArgument", `missing key ${keyName} for client certificate ${certName}`, {
      hint: "CA certificates must use the extension .crt",
    });
  }
  return {
    authorities: names.filter((name) => name.endsWith(".crt")).map(read),
    client:
      certName === undefined || keyName === undefined
        ? undefined
        : { cert: read(certName), key: read(keyName) },
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
