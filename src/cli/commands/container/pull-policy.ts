import { isEngineError } from "../../../base/index.ts";
import type { CreateRequest } from "../../../engine/index.ts";
import { familiarReference, parseReference, withDefaultTag } from "../../../oci/index.ts";
import { CliError } from "../../cli-error.ts";
import type { Io } from "../../io/io.ts";

/** Whether and how loudly the image of a new container is pulled. */
export interface PullPolicy {
  /** `--pull`. */
  readonly policy: string;
  readonly quiet: boolean;
}

/** Checks `--pull`. Throws {@link CliError} with Docker's text. */
export function checkPullPolicy(policy: string): void {
  if (!["always", "missing", "never", ""].includes(policy)) {
    throw new CliError(`invalid pull option: '${policy}': must be one of "always", "missing" or "never"`);
  }
}

/** Runs `create`, with the image pulled before it or when it is missing, as the policy says. */
export async function withImage<T>(
  io: Io,
  { request, policy, quiet }: PullPolicy & { readonly request: CreateRequest },
  create: () => Promise<T>,
): Promise<T> {
  if (policy === "always") await pull(io, request, quiet);
  try {
    return await create();
  } catch (error) {
    const missing = isEngineError(error, "notFound") && error.message.startsWith("No such image");
    if (!missing || policy === "never" || policy === "always") throw error;
    const name = familiarReference(withDefaultTag(parseReference(request.config.Image)));
    if (!quiet) io.err(`Unable to find image '${name}' locally\n`);
  }
  await pull(io, request, quiet);
  return await create();
}

/** On stderr: stdout is the container's, or gets its ID. */
async function pull(io: Io, request: CreateRequest, quiet: boolean): Promise<void> {
  const { pullShown } = await import("../image/pull-shown.ts");
  const { platform } = request;
  const options = platform === undefined ? {} : { platform };
  await pullShown(io, { name: request.config.Image, options, view: { stream: "stderr", quiet } });
}
