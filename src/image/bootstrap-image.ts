import { type CallOptions, EngineError, errorText, formatTime } from "../base/index.ts";
import type { ExecutionConfig } from "../oci/index.ts";
import { makeBusyboxRoot } from "./busybox-root.ts";
import type { ImageContext } from "./context.ts";
import { findDebianRelease } from "./debian-release.ts";
import { startDebianRoot } from "./debian-root.ts";
import { importLayer } from "./import-image.ts";
import { parseNewName } from "./tag-image.ts";
import type { Image } from "./types.ts";
import { inWorkFolder } from "./work-folder.ts";

const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Makes a base image from the Debian archive: `debian[:suite]` or `debian:12` (the current stable if none is named, which
 * then is `debian:latest` too) or `busybox`. The same packages give the same image ID. Throws
 * `invalidArgument` for other names, `notFound` for an unknown suite, `unavailable` without tools or network.
 */
export async function bootstrapImage(
  context: ImageContext,
  name: string,
  options: CallOptions,
): Promise<Image> {
  const [repository, tag = "latest", ...rest] = name.split(":");
  if (rest.length === 0 && repository === "debian" && /^[a-z0-9][a-z0-9.-]*$/.test(tag)) {
    return await bootstrapDebian(context, tag, options);
  }
  if (rest.length === 0 && repository === "busybox" && tag === "latest") {
    return await bootstrapBusybox(context, options);
  }
  throw new EngineError("invalidArgument", `cannot make a base image "${name}"`, {
    hint: "debian, debian:<suite> and busybox can be made",
  });
}

async function bootstrapDebian(context: ImageContext, tag: string, options: CallOptions): Promise<Image> {
  const found = await findDebianRelease(tag === "latest" ? "stable" : tag, options.signal);
  const release = tag === "latest" ? await findDebianRelease(found.codename, options.signal) : found;
  const tags = tag === "latest" ? [release.codename, tag] : [tag];
  return await inWorkFolder(context.store, async (folder) => {
    const root = startDebianRoot(release, folder, options);
    try {
      const source = { kind: "fd", fd: root.fd } as const;
      return await importLayer(context, source, {
        ...options,
        ...describe(release.date, ["bash"]),
        names: tags.map((each) => parseNewName(`debian:${each}`)),
        createdBy: `strake bootstrap debian:${release.suite}`,
        check: () => root.finished(),
      }).catch(async (error: unknown) => {
        // A tar that is cut off is the consequence, not the reason.
        if (errorText(error).includes("unexpected EOF")) await root.finished();
        throw error;
      });
    } finally {
      await root.end();
    }
  });
}

async function bootstrapBusybox(context: ImageContext, options: CallOptions): Promise<Image> {
  return await inWorkFolder(context.store, async (folder) => {
    const { tar, date } = await makeBusyboxRoot(folder, options.signal);
    const stream = new Blob([new Uint8Array(tar)]).stream();
    return await importLayer(
      context,
      { kind: "stream", stream },
      {
        ...options,
        ...describe(date, ["sh"]),
        names: [parseNewName("busybox:latest")],
        createdBy: "strake bootstrap busybox",
      },
    );
  });
}

function describe(
  date: number,
  command: readonly string[],
): { readonly config: ExecutionConfig; readonly created: string } {
  return { config: { Env: [PATH], Cmd: command }, created: formatTime(BigInt(date) * 1_000_000_000n) };
}
