import { isEngineError } from "../../../base/index.ts";
import type { PulledImage, PullOptions } from "../../../engine/index.ts";
import { formatReference, parseReference, withDefaultTag } from "../../../oci/index.ts";
import { CliError } from "../../cli-error.ts";
import { credentialsOf } from "../../credentials/find-credential.ts";
import type { Io } from "../../io/io.ts";
import { showTransfer, type TransferProgress, type TransferView } from "../../transfer-progress.ts";

/** Pulls an image and shows how it goes; the last line on stdout is its whole name. */
export async function pullShown(
  io: Io,
  request: { readonly name: string; readonly options: PullOptions; readonly view: TransferView },
): Promise<PulledImage[]> {
  const { name, options, view } = request;
  const { images } = await io.engine();
  const progress = showTransfer(io, view);
  const pulled = await images
    .pull(name, {
      ...options,
      ...progress.options,
      credentials: credentialsOf(io),
      signal: io.interruptSignal(),
    })
    .catch((error: unknown) => withoutPrefix(error, progress))
    .finally(() => progress.end());
  const reference = parseReference(name);
  const whole = options.allTags ? reference : withDefaultTag(reference);
  if (view.stream === "stdout") io.out(`${formatReference(whole)}\n`);
  return pulled;
}

/** What goes wrong after the first message comes in Docker's stream of them, whose errors are shown bare. */
export function withoutPrefix(error: unknown, progress: TransferProgress): never {
  if (!isEngineError(error) || error.kind === "cancelled" || !progress.begun()) throw error;
  throw new CliError(error.message, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}
