import { EngineError, errorText } from "../base/index.ts";
import { run } from "../host/index.ts";

/** Where the packages of a Debian image come from. */
export interface DebianRelease {
  /** As asked for: `bookworm`, `stable`, … */
  readonly suite: string;
  /** `bookworm`; equal to the suite where the archive names none. */
  readonly codename: string;
  /** Lines for `sources.list`: main, updates and security as far as they exist. */
  readonly sources: readonly string[];
  /** Unix seconds of the newest part of the archive: equal archives give equal images. */
  readonly date: number;
  /** This host's settings of apt that its downloads need, as `Key "value";`. */
  readonly aptOptions: readonly string[];
}

const MIRROR = "http://deb.debian.org/debian";
const SECURITY = "http://deb.debian.org/debian-security";
const INHERITED = [
  "Acquire::http::Proxy",
  "Acquire::https::Proxy",
  "Acquire::Check-Valid-Until",
  "Acquire::Check-Date",
];

/**
 * Looks a suite (`bookworm`, `stable`) or a version (`12`, `12.5`) up in the Debian archive. Throws `notFound` for an unknown suite and `unavailable` when the
 * archive cannot be reached.
 */
export async function findDebianRelease(
  suite: string,
  signal: AbortSignal | undefined,
): Promise<DebianRelease> {
  const apt = await readAptSettings();
  const fetchOptions = { proxy: apt.get("Acquire::http::Proxy"), signal };
  if (/^\d/.test(suite)) return await findDebianRelease(await suiteOfVersion(suite, fetchOptions), signal);
  const main = await fetchRelease(`${MIRROR}/dists/${suite}`, fetchOptions);
  if (main === undefined) {
    throw new EngineError("notFound", `unknown Debian suite "${suite}"`, {
      hint: "name a current suite, such as stable, or leave it out",
    });
  }
  const parts = [
    { mirror: MIRROR, suite: `${suite}-updates` },
    { mirror: SECURITY, suite: `${suite}-security` },
  ];
  const releases = await Promise.all(
    parts.map((part) => fetchRelease(`${part.mirror}/dists/${part.suite}`, fetchOptions)),
  );
  const present = parts.filter((_, at) => releases[at] !== undefined);
  return {
    suite,
    codename: main.codename ?? suite,
    sources: [{ mirror: MIRROR, suite }, ...present].map((part) => `deb ${part.mirror} ${part.suite} main`),
    date: Math.max(main.date, ...releases.map((each) => each?.date ?? 0)),
    aptOptions: [...apt].map(([key, value]) => `${key} ${JSON.stringify(value)};`),
  };
}

/** The suite whose Release file has this version: `12` stands for every 12.x. */
async function suiteOfVersion(version: string, options: Parameters<typeof fetchRelease>[1]): Promise<string> {
  for (const suite of ["stable", "oldstable", "oldoldstable", "testing"]) {
    const release = await fetchRelease(`${MIRROR}/dists/${suite}`, options);
    const found = release?.version;
    if (found === version || found?.startsWith(`${version}.`)) return release?.codename ?? suite;
  }
  throw new EngineError("notFound", `the Debian archive has no version "${version}"`, {
    hint: "name a suite, such as stable or bookworm",
  });
}

interface Release {
  readonly date: number;
  readonly codename: string | undefined;
  readonly version: string | undefined;
}

async function fetchRelease(
  url: string,
  options: { readonly proxy: string | undefined; readonly signal: AbortSignal | undefined },
): Promise<Release | undefined> {
  const response = await fetchOk(`${url}/InRelease`, options);
  if (response === undefined) return undefined;
  const text = await response.text();
  const date = Date.parse(/^Date: (.+)$/m.exec(text)?.[1] ?? "");
  if (Number.isNaN(date)) throw new EngineError("unavailable", `${url}/InRelease is no Release file`);
  const field = (name: string) => new RegExp(`^${name}: (\\S+)$`, "m").exec(text)?.[1];
  return { date: date / 1000, codename: field("Codename"), version: field("Version") };
}

async function fetchOk(
  url: string,
  { proxy, signal }: { readonly proxy: string | undefined; readonly signal: AbortSignal | undefined },
): Promise<Response | undefined> {
  let response: Response;
  try {
    const init = { ...(proxy === undefined ? {} : { proxy }), ...(signal === undefined ? {} : { signal }) };
    response = await fetch(url, init);
  } catch (error) {
    if (signal?.aborted) throw new EngineError("cancelled", "operation cancelled");
    throw new EngineError("unavailable", `cannot reach the Debian archive: ${url}: ${errorText(error)}`, {
      hint: "check the network, or the proxy settings of apt",
      cause: error,
    });
  }
  if (response.status === 404) return undefined;
  if (response.ok) return response;
  throw new EngineError("unavailable", `cannot reach the Debian archive: ${url}: ${response.status}`);
}

async function readAptSettings(): Promise<Map<string, string>> {
  if (Bun.which("apt-config") === null) return new Map();
  const { stdout } = await run(["apt-config", "dump", ...INHERITED]);
  const found = new Map<string, string>();
  for (const [, key = "", value = ""] of stdout.matchAll(/^(\S+) "(.*)";$/gm)) {
    if (INHERITED.includes(key) && value !== "") found.set(key, value);
  }
  return found;
}
