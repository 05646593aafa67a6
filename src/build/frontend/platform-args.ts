import { formatPlatform, type Platform } from "../../oci/index.ts";

/** Variables of proxies: known without ARG, part of no key and no history. */
export const PROXY_ARGS: ReadonlySet<string> = new Set(
  ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"].flatMap((name) => [
    name,
    name.toLowerCase(),
  ]),
);

/** With the name of the target stage, the arguments that every Dockerfile has in its global scope. */
export function platformArgs(
  build: Platform,
  target: Platform,
  stage: string | undefined,
): Readonly<Record<string, string>> {
  return { ...describe("BUILD", build), ...describe("TARGET", target), TARGETSTAGE: stage || "default" };
}

function describe(prefix: string, platform: Platform): Record<string, string> {
  return {
    [`${prefix}PLATFORM`]: formatPlatform(platform),
    [`${prefix}OS`]: platform.os,
    [`${prefix}OSVERSION`]: "",
    [`${prefix}ARCH`]: platform.architecture,
    [`${prefix}VARIANT`]: platform.variant ?? "",
  };
}
