import { isEngineError } from "../../../base/index.ts";
import { familiarReference, parseReference, withDefaultTag } from "../../../oci/index.ts";
import { CliError } from "../../cli-error.ts";
import type { Io } from "../../io/io.ts";

/** Checks `--pull`. Throws {@link CliError} with Docker's text. */
export function checkPullPolicy(policy: string): void {
  if (policy === "always") {
    throw new CliError("cannot pull: this version has no registry client", {
      hint: "leave out --pull=always to use the image that is stored here",
    });
  }
  if (policy !== "missing" && policy !== "never" && policy !== "") {
    throw new CliError(`invalid pull option: '${policy}': must be one of "always", "missing" or "never"`);
  }
}

/** Says that `image` is not here when `error` means that, and gives the error to end with. */
export function afterMissingImage(
  error: unknown,
  { image, policy }: { readonly image: string; readonly policy: string },
  io: Io,
): unknown {
  const missing = isEngineError(error, "notFound") && error.message.startsWith("No such image");
  if (!missing || policy === "never") return error;
  const name = familiarReference(withDefaultTag(parseReference(image)));
  io.err(`Unable to find image '${name}' locally\n`);
  return new CliError(`cannot pull ${name}: this version has no registry client`, {
    hint: "make a base image with 'strake image bootstrap', or bring one in with 'strake image load' or 'strake image import'",
    cause: error,
  });
}
