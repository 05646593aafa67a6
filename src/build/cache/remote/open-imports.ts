import { EngineError, type ErrorKind } from "../../../base/index.ts";
import type { CacheLocation } from "../../request.ts";
import type { Session } from "../../solve/session.ts";
import { showWork } from "../../solve/show-work.ts";
import type { CacheImport } from "../import.ts";
import { importLocalCache } from "./local-cache.ts";
import { importRegistryCache } from "./registry-cache.ts";

/** Opens the caches that the request imports. One that is not there or cannot be read is passed over, as in BuildKit. */
export async function openImports(session: Session): Promise<CacheImport[]> {
  const found: CacheImport[] = [];
  for (const location of session.request.cacheFrom) {
    const shown = `importing cache manifest from ${nameOf(location)}`;
    const opened = await showWork(session, shown, () => openImport(session, location)).catch(passOver);
    if (opened !== undefined) found.push(opened);
  }
  return found;
}

/** Its step has shown why. What was asked for wrongly, or is to end, ends the build nevertheless. */
function passOver(error: unknown): undefined {
  const passing: readonly ErrorKind[] = ["unavailable", "unauthorized", "forbidden", "notFound", "dataLoss"];
  if (!(error instanceof EngineError) || !passing.includes(error.kind)) throw error;
}

async function openImport(session: Session, location: CacheLocation): Promise<CacheImport | undefined> {
  const { type, attributes } = location;
  if (type === "local") {
    const { src = "", tag = "latest", digest = "" } = attributes;
    if (src === "") throw new EngineError("invalidArgument", "local cache importer requires src");
    return importLocalCache(session, { src, tag, digest });
  }
  if (type === "registry") {
    if (!attributes.ref) throw new EngineError("invalidArgument", "registry cache importer requires ref");
    return await importRegistryCache(session, attributes.ref);
  }
  throw new EngineError("notImplemented", `cache import of type ${type} is not supported`, {
    hint: "use type=registry or type=local",
  });
}

/** A cache location as progress shows it. */
export function nameOf({ type, attributes }: CacheLocation): string {
  return attributes.ref ?? attributes.src ?? attributes.dest ?? type;
}
