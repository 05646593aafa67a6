import { goQuote, parseCsv, parseGoBool } from "../../../../base/index.ts";
import { CliError } from "../../../cli-error.ts";
import type { FlagValues } from "../../../flags/flag.ts";
import { checkBuilder } from "../../builder/builder-flag.ts";
import { cannotBuild } from "../build-failed.ts";
import type { BUILD_FLAGS } from "../build-flags.ts";
import { splitPair } from "./split-pair.ts";

type Flags = FlagValues<typeof BUILD_FLAGS>;

/** Refuses what is asked for and cannot be had. Throws {@link CliError}. */
export function refuseFlags(flags: Flags): void {
  checkBuilder(flags.builder);
  refuseAttestations(flags);
  if (flags.squash) {
    throw cannotBuild("--squash is not supported", {
      hint: "use a multi-stage Dockerfile: COPY --from=build / /",
    });
  }
  if (!["", "default"].includes(flags.isolation.toLowerCase())) {
    throw cannotBuild(`cannot use --isolation ${flags.isolation}: it is an option of Windows`);
  }
  if (flags["security-opt"].length > 0) {
    throw cannotBuild("cannot use --security-opt", {
      hint: 'use "RUN --security=insecure" in the Dockerfile',
    });
  }
  if (!flags.rm) throw cannotBuild("cannot use --rm=false: steps leave no containers");
  if (!flags["disable-content-trust"]) {
    throw cannotBuild("cannot use --disable-content-trust=false: there is no content trust");
  }
  if (flags["no-cache"] && flags["no-cache-filter"].length > 0) {
    throw cannotBuild("--no-cache and --no-cache-filter cannot currently be used together");
  }
  if (flags["on-failure"] !== "" && flags["on-failure"] !== "shell") {
    throw cannotBuild(`invalid value ${goQuote(flags["on-failure"])} of --on-failure: it can be "shell"`);
  }
}

function refuseAttestations({ attest, provenance, sbom }: Flags): void {
  const asked = [
    ...attest.map(isAsked),
    isShorthandAsked(provenance, "mode"),
    isShorthandAsked(sbom, "generator"),
  ];
  if (asked.includes(true))
    throw cannotBuild("Attestation is not supported: use --provenance=false and --sbom=false");
}

function isAsked(text: string): boolean {
  const fields = new Map(parseCsv(text).map(splitPair));
  if (!fields.has("type")) throw new CliError("attestation type not specified");
  return parseGoBool(fields.get("disabled") ?? "false") !== true;
}

function isShorthandAsked(text: string, detail: string): boolean {
  if (text === "") return false;
  const value = parseGoBool(text);
  if (value === undefined && !text.split(",").some((field) => field.startsWith(`${detail}=`))) {
    throw new CliError(`invalid value ${text}`);
  }
  return value ?? true;
}
