import { EngineError, isEngineError } from "../base/index.ts";
import type { Image } from "../image/index.ts";
import { formatReference, isDigest, type Platform, parseReference, withDefaultTag } from "../oci/index.ts";
import type { ResolveImage } from "./frontend/base-image.ts";
import type { Session } from "./solve/session.ts";
import { showWork } from "./solve/show-work.ts";

/** How the frontend names the image of a named context that is an OCI layout. */
const LAYOUT = "oci-layout:";

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
  if (name.startsWith(LAYOUT)) return await load(session, name, platform);
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

/** Loads the image of a named context that is an OCI layout. */
async function load(session: Session, name: string, platform: Platform): Promise<Image> {
  const { images, request, signal } = session;
  const context = request.contexts[name.slice(LAYOUT.length)];
  if (context?.kind !== "oci-layout") throw new EngineError("notFound", `No such image: ${name}`);
  const which = { only: context.reference || "latest", orLone: context.reference === "" };
  const options = { platform, signal, unnamed: true, layout: true, ...which };
  const [loaded] = await images.load({ folder: context.path }, options);
  if (loaded === undefined) throw new EngineError("notFound", `no image in ${context.path}`);
  return need(images.get(loaded.id), name);
}

function need(image: Image | undefined, name: string): Image {
  if (image === undefined) throw new EngineError("notFound", `No such image: ${name}`);
  return image;
}

async function pull(session: Session, name: string, platform: Platform): Promise<Image> {
  const { images, signal } = session;
  const [pulled] = await images.pull(name, await session.registry(), { platform, signal });
  return need(pulled?.image, name);
}

function fullName(name: string): string {
  if (name.startsWith(LAYOUT)) return name;
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
