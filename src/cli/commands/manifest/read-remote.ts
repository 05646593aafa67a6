import { isEngineError } from "../../../base/index.ts";
import type { RemoteManifest } from "../../../engine/index.ts";
import { familiarReference, parseReference } from "../../../oci/index.ts";
import { CommandFailed } from "../../command.ts";
import { credentialsOf } from "../../credentials/find-credential.ts";
import { bool } from "../../flags/kinds.ts";
import type { Io } from "../../io/io.ts";

/** `--insecure`. */
export const INSECURE = bool("Allow communication with an insecure registry");

/** Reads a manifest from its registry; `name` is whole. Throws with Docker's text when it is not there. */
export async function readRemote(
  io: Io,
  name: string,
  options: { readonly entries: boolean; readonly insecure: boolean },
): Promise<RemoteManifest> {
  const { images } = await io.engine();
  try {
    const call = { ...options, credentials: credentialsOf(io), signal: io.interruptSignal() };
    return await images.remoteManifest(name, call);
  } catch (error) {
    if (!isEngineError(error, "notFound")) throw error;
    throw new CommandFailed(1, `no such manifest: ${familiarReference(parseReference(name))}`);
  }
}
