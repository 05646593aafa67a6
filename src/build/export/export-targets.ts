import type { Image } from "../../image/index.ts";
import { familiarReference, type Reference } from "../../oci/index.ts";
import { recordEvent } from "../../store/index.ts";
import type { SolvedTarget } from "../build.ts";
import type { BuiltImage } from "../report.ts";
import type { Session } from "../solve/session.ts";
import { showWork } from "../solve/show-work.ts";
import { commitImage } from "./commit-image.ts";

/** Gives what was built to the outputs of the request. Returns the images that are in the store afterwards. */
export async function exportTargets(
  session: Session,
  solved: readonly SolvedTarget[],
  names: readonly Reference[],
): Promise<readonly BuiltImage[]> {
  return await showWork(session, "exporting to image", async (status) => {
    const images = solved.map((each) => toImage(session, each, names));
    status("exporting layers");
    for (const { id } of images) status(`writing image ${id}`);
    for (const name of names) status(`naming to ${formatName(name)}`);
    return images;
  });
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

function formatName({ domain, path, tag }: Reference): string {
  return `${domain}/${path}${tag === undefined ? "" : `:${tag}`}`;
}
