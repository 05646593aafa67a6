import type { Image } from "../../image/index.ts";
import { familiarReference, formatReference, type Reference } from "../../oci/index.ts";
import { recordEvent } from "../../store/index.ts";
import type { SolvedTarget } from "../build.ts";
import type { BuiltImage } from "../report.ts";
import type { Session } from "../solve/session.ts";
import { showWork } from "../solve/show-work.ts";
import { commitImage, draftTarget } from "./commit-image.ts";
import {
  type BuiltResult,
  exportName,
  exportOutput,
  type OuterOutput,
  wantsImages,
} from "./export-output.ts";

/** Gives what was built to the outputs of the request. Returns the images that are in the store afterwards. */
export async function exportTargets(
  session: Session,
  solved: readonly SolvedTarget[],
  names: readonly Reference[],
): Promise<readonly BuiltImage[]> {
  const { outputs } = session.request;
  const images = outputs.some(({ kind }) => kind === "image")
    ? await storeImages(session, solved, names)
    : [];
  for (const output of outputs) {
    if (output.kind !== "image") await exportTo(session, solved, { output, names });
  }
  return images;
}

async function storeImages(
  session: Session,
  solved: readonly SolvedTarget[],
  names: readonly Reference[],
): Promise<readonly BuiltImage[]> {
  return await showWork(session, "exporting to image", async (status) => {
    const images = solved.map((each) => toImage(session, each, names));
    status("exporting layers");
    for (const { id } of images) status(`writing image ${id}`);
    for (const name of names) status(`naming to ${formatReference(name).replace(/:latest$/, "")}`);
    return images;
  });
}

interface OuterExport {
  readonly output: OuterOutput;
  readonly names: readonly Reference[];
}

async function exportTo(
  session: Session,
  solved: readonly SolvedTarget[],
  { output, names }: OuterExport,
): Promise<void> {
  await showWork(session, exportName(output), async (status) => {
    const results = solved.map((each) => toResult(session, each, wantsImages(output)));
    const { signal, workFolder, request } = session;
    const options = { signal, names, workFolder, status, annotations: request.annotations };
    await exportOutput(session, { results, output }, options);
  });
}

function toResult(session: Session, { target, outcomes }: SolvedTarget, wantsImage: boolean): BuiltResult {
  const { platform } = target;
  if (wantsImage) {
    const image = draftTarget(session, target, outcomes).preview();
    return { platform, top: image.top, image };
  }
  const result = outcomes.find(({ vertex }) => vertex.id === target.vertex)?.result;
  const top = result?.kind === "stack" ? result.top : undefined;
  return { platform, top, image: undefined };
}

function toImage(
  session: Session,
  { target, outcomes }: SolvedTarget,
  names: readonly Reference[],
): BuiltImage {
  const image = commitImage(session, target, { outcomes, names });
  for (const name of names) tellTag(session, image, name);
  return { id: image.id, platform: target.platform };
}

function tellTag({ store }: Session, { id, config }: Image, name: Reference): void {
  const attributes = { ...config.config?.Labels, name: familiarReference(name) };
  recordEvent(store, { type: "image", action: "tag", actor: id, attributes });
}
