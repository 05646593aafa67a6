import type { CallOptions } from "../base/index.ts";
import type { Digest } from "../oci/index.ts";
import type { ApiRequest, Session } from "./session.ts";
import type { BlobUpload, PushedBlob, Repository } from "./types.ts";
import { Upload, uploadPlace } from "./upload.ts";

export interface PushOptions extends CallOptions {
  readonly onSent?: (bytes: number) => void;
}

/** Stores a blob (distribution spec, pushing blobs). */
export async function pushBlob(
  session: Session,
  repository: Repository,
  { upload, options }: { readonly upload: BlobUpload; readonly options: PushOptions },
): Promise<PushedBlob> {
  const base: Omit<ApiRequest, "method" | "path"> = {
    repository,
    actions: "pull,push",
    signal: options.signal,
  };
  const endpoint = await session.writeEndpoint({ ...base, method: "GET", path: "/v2/" });
  return await new Upload(session, { endpoint, base, upload, options }).run();
}

/** Makes a blob of the registry's repository `from` one of `repository`; false when the registry only opened an upload, which is given up. */
export async function mountBlob(
  session: Session,
  repository: Repository,
  request: { readonly digest: Digest; readonly from: string; readonly signal?: AbortSignal | undefined },
): Promise<boolean> {
  const { digest, from, signal } = request;
  const query = new URLSearchParams({ mount: digest, from });
  const base = { repository, actions: "pull,push" as const, signal };
  const { response, url } = await session.send({
    ...base,
    method: "POST",
    path: `/v2/${repository.path}/blobs/uploads/?${query}`,
    from,
  });
  await response.body?.cancel();
  if (response.status === 201) return true;
  const place = response.status === 202 ? uploadPlace({ response, url }) : undefined;
  if (place !== undefined) {
    const endpoint = await session.writeEndpoint({ ...base, method: "GET", path: "/v2/" });
    const given = { ...base, method: "DELETE" as const, path: place };
    await (await session.sendOnce(given, endpoint)).response.body?.cancel();
  }
  return false;
}
