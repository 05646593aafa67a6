import { errorText, goQuote, parseCsv } from "../../../../base/index.ts";
import type { BuildRequest } from "../../../../engine/index.ts";
import { hostPlatform, type Platform, parsePlatform, parseReference } from "../../../../oci/index.ts";
import { CliError } from "../../../cli-error.ts";
import type { Call } from "../../../command.ts";
import { proxyEnv, readConfigFile } from "../../../config-file.ts";
import type { FlagValues } from "../../../flags/flag.ts";
import type { Io } from "../../../io/io.ts";
import { parseAddHost } from "../../../values/hosts.ts";
import { toPairs } from "../../../values/key-values.ts";
import { cannotBuild } from "../build-failed.ts";
import type { BUILD_FLAGS } from "../build-flags.ts";
import { readAnnotations } from "./annotations.ts";
import { readCacheLocation } from "./cache-locations.ts";
import { readSources } from "./context.ts";
import { readNamedContexts } from "./named-contexts.ts";
import { readSecret, readSsh } from "./secrets.ts";
import { splitPair } from "./split-pair.ts";

type Flags = FlagValues<typeof BUILD_FLAGS>;

/** What the command line asks for, but for the outputs, whose files are opened around the build. */
export type OpenRequest = Omit<BuildRequest, "outputs" | "onFailure">;

/** Reads the command line of `build`. Throws {@link CliError} with buildx's texts. */
export async function toBuildRequest({ flags, args, io }: Call<typeof BUILD_FLAGS>): Promise<OpenRequest> {
  const { env, cwd } = io;
  const buildArgs = readBuildArgs(flags["build-arg"], io);
  const labels = toPairs(flags.label.map(checkPair));
  const contexts = readNamedContexts(flags["build-context"], cwd);
  const cacheFrom = flags["cache-from"].flatMap((text) => readCacheLocation(text, "import", cwd));
  const cacheTo = flags["cache-to"].flatMap((text) => readCacheLocation(text, "export", cwd));
  const sources = await readSources(args[0] ?? "", flags.file, io);
  return {
    ...sources,
    contexts,
    ...(flags.target === "" ? {} : { target: flags.target }),
    platforms: readPlatforms(flags.platform, env.DOCKER_DEFAULT_PLATFORM ?? ""),
    buildArgs,
    proxies: readProxies(buildArgs, io),
    labels,
    tags: flags.tag.map(checkTag),
    noCache:
      flags["no-cache"] ||
      (flags["no-cache-filter"].length > 0 && flags["no-cache-filter"].flatMap((text) => text.split(","))),
    pull: flags.pull,
    network: readNetwork(flags.network),
    extraHosts: flags["add-host"].map(readHost),
    limits: toLimits(flags),
    allow: flags.allow.map(checkEntitlement),
    secrets: flags.secret.filter((text) => text !== "").flatMap((text) => readSecret(text, io)),
    ssh: flags.ssh.filter((text) => text !== "").map((text) => readSsh(text, io)),
    cacheFrom,
    cacheTo,
    annotations: readAnnotations(flags.annotation),
  };
}

/** A name alone takes the caller's value, or is left out when there is none. */
function readBuildArgs(texts: readonly string[], { env }: Io): Record<string, string> {
  const epoch = env.SOURCE_DATE_EPOCH;
  const pairs = texts.map(checkPair).flatMap((text) => {
    const [key, given] = splitPair(text);
    const value = given ?? env[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries([...(epoch ? [["SOURCE_DATE_EPOCH", epoch] as const] : []), ...pairs]);
}

/** The proxies of the config file, and where it has none those of the environment. */
function readProxies(buildArgs: Readonly<Record<string, string>>, io: Io): Record<string, string> {
  const given = Object.keys(buildArgs);
  const configured = toPairs(proxyEnv(readConfigFile(io), given));
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "FTP_PROXY", "ALL_PROXY"];
  const inherited = names
    .flatMap((name) => [name, name.toLowerCase()])
    .flatMap((name) => (io.env[name] && !given.includes(name) ? [[name, io.env[name]] as const] : []));
  return { ...Object.fromEntries(inherited), ...configured };
}

function readPlatforms(texts: readonly string[], fallback: string): readonly Platform[] {
  const given =
    texts.length > 0 ? texts.flatMap((text) => text.split(",")) : fallback === "" ? [] : [fallback];
  return given.map((text) => {
    if (text === "local") return hostPlatform();
    try {
      return parsePlatform(text);
    } catch (error) {
      throw cannotBuild(errorText(error));
    }
  });
}

function readNetwork(mode: string): string {
  if (mode === "" || mode === "default") return "default";
  if (mode === "none" || mode === "host") return mode;
  throw cannotBuild(`network mode ${goQuote(mode)} not supported`, {
    hint: "it can be default, none or host",
  });
}

function readHost(text: string): string {
  try {
    return parseAddHost(text);
  } catch {
    throw cannotBuild(`invalid host ${text}`);
  }
}

function toLimits(flags: Flags): BuildRequest["limits"] {
  return {
    memory: flags.memory,
    memorySwap: flags["memory-swap"],
    cpuShares: flags["cpu-shares"],
    cpuPeriod: flags["cpu-period"],
    cpuQuota: flags["cpu-quota"],
    cpusetCpus: flags["cpuset-cpus"],
    cpusetMems: flags["cpuset-mems"],
    shmSize: flags["shm-size"],
    ulimits: flags.ulimit.map(({ Name = "", Soft = 0, Hard = 0 }) => ({ Name, Soft, Hard })),
    cgroupParent: flags["cgroup-parent"],
  };
}

function checkPair(text: string): string {
  if (splitPair(text)[0] === "") throw new CliError(`invalid key-value pair ${goQuote(text)}: empty key`);
  return text;
}

function checkTag(text: string): string {
  try {
    const { digest } = parseReference(text);
    if (digest === undefined) return text;
  } catch (error) {
    // buildx leaves out what it makes of the name.
    const reason = errorText(error).replace(/^.*: repository name \(.*\) must/, "repository name must");
    throw cannotBuild(`invalid tag ${goQuote(text)}: ${reason}`);
  }
  throw cannotBuild(`invalid tag ${goQuote(text)}: refusing to create a tag with a digest reference`);
}

function checkEntitlement(text: string): string {
  const [name = ""] = parseCsv(text === "" ? '""' : text);
  if (name === "network.host" || name === "security.insecure") return name;
  throw cannotBuild(`unknown entitlement ${text}`);
}
