import type { Session } from "../solve/session.ts";
import { download } from "../sources/download.ts";
import type { OpenedContext } from "./open-context.ts";
import { openStream } from "./open-stream.ts";

/** Downloads a context: an archive or a lone Dockerfile. */
export async function openUrl(url: string, session: Session): Promise<OpenedContext> {
  const response = await download(url, { signal: session.signal });
  return await openStream({ name: url, stream: response.stream }, session);
}
