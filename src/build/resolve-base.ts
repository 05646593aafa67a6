import { EngineError, isEngineError } from "../base/index.ts";
import type { Image } from "../image/index.ts";
import { formatReference, isDigest, type Platform, parseReference, withDefaultTag } from "../oci/index.ts";
import type { ResolveImage } from "./frontend/base-image.ts";
import type { Session } from "./solve/session.ts";
import { showWork } from "./solve/show-work.ts";

/**
 * Resolves the images that a Dockerfile names, each once: from the store, or fetched when it is not there or the
 * request wants the newest. What was resolved is held until the build ends.
 */
export function createImageResolver(session: Session): ResolveImage {
  const known = new Map<string, Promise<Image>>();
  return (name, platform) => {
    const key = `${name} ${platform.os}/${platform.architecture}/${platform.variant ?? ""}`;
    const resolving = known.get(key) ?? resolve(session, name, platform);
    known.set(key, resolving);
    return resolving;
  };
}

async function resolve(session: Session, name: string, platform: Platform): Promise<Image> {
  const shown = fullName(name);
  return await showWork(session, `[internal] load metadata for ${shown}`, async () => {
    const image = await find(session, name, platform).catch((error: unknown) => {
      throw failed(name, shown, error);
    });
    if (image.top !== undefined) session.hold(image.top);
    return image;
  });
}

async function find(session: Session, name: string, platform: Platform): Promise<Image> {
  const { images, request } = session;
  // An ID means an image that is here, whatever a registry has.
  const remote = !isDigest(name);
  if (request.pull && remote) return await pull(session, name, platform);
  try {
    return images.resolve(name, { platform });
  } catch (error) {
    if (!remote || !isEngineError(error, "notFound")) throw error;
    return await pull(session, name, platform);
  }
}

async function pull(session: Session, name: string, platform: Platform): Promise<Image> {
  const { images, signal } = session;
  const [pulled] = await images.pull(name, await session.registry(), { platform, signal });
  if (pulled === undefined) throw new EngineError("notFound", `No such image: ${name}`);
  return pulled.image;
}

function fullName(name: string): string {
  try {
    return formatReference(withDefaultTag(parseReference(name)));
  } catch {
    return name;
  }
}

function failed(name: string, shown: string, error: unknown): unknown {
  if (!isEngineError(error) || error.kind === "cancelled") return error;
  const { kind, message, hint } = error;
  return new EngineError(kind, `${name}: failed to resolve source metadata for ${shown}: ${message}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}
