import { CliError } from "../../../cli-error.ts";
import { checkContentTrust } from "../../shared-flags.ts";
import type { CreateCall } from "./create-request.ts";

const WINDOWS = ["cpu-count", "cpu-percent", "io-maxbandwidth", "io-maxiops"];
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  "use-api-socket": "there is no API socket without a daemon",
  link: "links are not supported; put both containers on one network",
  "link-local-ip": "link-local addresses are not supported",
};

/** Refuses flags that would have no effect, so that nobody believes they had one. */
export function refuseUnsupported({ flags, changed, io }: CreateCall): void {
  for (const name of WINDOWS) {
    if (changed.has(name)) throw refused(`--${name} is for Windows containers only`);
  }
  for (const [name, reason] of Object.entries(WITHOUT_EFFECT)) {
    if (changed.has(name)) throw refused(`cannot use --${name}: ${reason}`);
  }
  if (!["", "default"].includes(flags.isolation)) {
    throw refused(`cannot use --isolation ${flags.isolation}: only "default" is known on Linux`);
  }
  checkContentTrust(flags["disable-content-trust"]);
  if (changed.has("kernel-memory")) io.err("WARNING: --kernel-memory is deprecated and has no effect\n");
}

function refused(message: string): CliError {
  return new CliError(message);
}
