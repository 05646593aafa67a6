import { errorText } from "../../base/index.ts";
import { type Platform, parsePlatform } from "../../oci/index.ts";
import { CliError } from "../cli-error.ts";

/**
 * `{ platform }` for `--platform`, or nothing when it is not given. Throws {@link CliError}; commands whose
 * Docker counterparts say so give `prefix`.
 */
export function readPlatform(text: string, prefix = ""): { readonly platform?: Platform } {
  if (text === "") return {};
  try {
    return { platform: parsePlatform(text) };
  } catch (error) {
    throw new CliError(prefix + errorText(error), { cause: error });
  }
}
