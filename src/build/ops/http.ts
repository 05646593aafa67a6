import { linkSync, mkdirSync } from "node:fs";
import { open, utimes } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../../base/index.ts";
import type { Digest } from "../../oci/index.ts";
import type { HttpDefinition } from "../graph/definition.ts";
import { download } from "../sources/download.ts";
import { findSource, type KeptSource, keepSource, sourceKey } from "../sources/source-cache.ts";
import type { Op, OpContext } from "./op.ts";

const NAME = "file";

/** ADD of a URL: a folder with the file. What is here already is downloaded again only when the server has something new. */
export const httpOp: Op<HttpDefinition> = {
  key: async () => undefined,
  async execute(definition, context) {
    const { folder } = await fetchFile(definition, context);
    const root = join(context.workFolder(), "download");
    mkdirSync(root);
    linkSync(join(folder, NAME), join(root, definition.fileName));
    return { kind: "tree", root, filter: undefined, live: false };
  },
};

async function fetchFile({ url, checksum }: HttpDefinition, context: OpContext): Promise<KeptSource> {
  const { signal } = context;
  const key = sourceKey({ url });
  const known = findSource(context, key);
  if (known !== undefined && known.facts.digest === checksum) return known;
  const conditions = known === undefined ? {} : { etag: known.facts.etag, modified: known.facts.modified };
  const answer = await download(url, { signal, conditions });
  if (answer.unchanged && known !== undefined) return checked(known, checksum);
  const folder = join(context.workFolder(), "source");
  mkdirSync(folder);
  const path = join(folder, NAME);
  const { digest, size } = await write(path, answer.stream, (current) =>
    context.status(answer.url, { current }),
  );
  const { etag, modified } = answer;
  const facts = {
    digest,
    description: `http source ${answer.url}`,
    ...(etag === undefined ? {} : { etag }),
    ...(modified === undefined ? {} : { modified }),
  };
  const fetched = checked({ folder, facts }, checksum);
  const time = timeOf(modified);
  await utimes(path, time, time);
  return await keepSource(context, key, { ...fetched, size });
}

function checked(source: KeptSource, checksum: Digest | undefined): KeptSource {
  const { digest } = source.facts;
  if (checksum === undefined || digest === checksum) return source;
  throw new EngineError("dataLoss", `digest mismatch ${digest}: ${checksum}`, {
    hint: "the file is not the one that --checksum names",
  });
}

/** The time of a file, in seconds since the epoch: 0 when its server does not tell, so that the same file is the same. */
function timeOf(modified = ""): number {
  const time = Date.parse(modified);
  return Number.isNaN(time) ? 0 : time / 1000;
}

/** Writes a stream into a new file that only root may read, as Docker does. */
async function write(
  path: string,
  stream: ReadableStream<Uint8Array>,
  onProgress: (bytes: number) => void,
): Promise<{ readonly digest: string; readonly size: number }> {
  const hasher = new Bun.CryptoHasher("sha256");
  const file = await open(path, "wx", 0o600);
  let size = 0;
  try {
    for await (const bytes of stream) {
      hasher.update(bytes);
      await file.writeFile(bytes);
      size += bytes.length;
      onProgress(size);
    }
    await file.chmod(0o600);
  } finally {
    await file.close();
  }
  return { digest: `sha256:${hasher.digest("hex")}`, size };
}
