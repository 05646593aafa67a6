import type { ContainerView, DiskUsage } from "../../../../engine/index.ts";
import {
  encodeGoJson,
  field,
  type GoType,
  type GoValue,
  goAny,
  goPointer,
  goSlice,
  goStruct,
  goTyped,
  parseTemplate,
  TemplateExecError,
} from "../../../../template/index.ts";
import { formatHumanSize, isTableFormat, type List, writeList } from "../../../format/index.ts";
import type { Io } from "../../../io/io.ts";
import { CONTAINER_HEADER, containerRow } from "../../container/container-row.ts";
import { IMAGE_HEADER, imageRows } from "../../image/image-rows.ts";
import { VOLUME_HEADER, volumeRow } from "../../volume/volume-row.ts";
import { CACHE_HEADER, cacheRow } from "./cache-row.ts";

const IMAGES =
  "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{if .CreatedSince}}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}";
const CONTAINERS =
  "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}";
const VOLUMES = "table {{.Name}}\t{{.Links}}\t{{.Size}}";
const CACHE =
  "table {{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}";

/** Writes every object with what it holds: four tables, or a template on all of them at once. */
export function writeVerbose(usage: DiskUsage, format: string, io: Io): void {
  if (format !== "" && !isTableFormat(format)) {
    writeUsage(usage, format, io);
    return;
  }
  const rows = toRows(usage, { full: false });
  const cacheSize = usage.buildCache.reduce((sum, { shared, size }) => sum + (shared ? 0 : size), 0);
  const sections: readonly (readonly [string, List])[] = [
    ["Images space usage:", { format: IMAGES, header: IMAGE_HEADER, rows: rows.images }],
    ["Containers space usage:", { format: CONTAINERS, header: CONTAINER_HEADER, rows: rows.containers }],
    ["Local Volumes space usage:", { format: VOLUMES, header: VOLUME_HEADER, rows: rows.volumes }],
    [
      `Build cache usage: ${formatHumanSize(cacheSize)}`,
      { format: CACHE, header: CACHE_HEADER, rows: rows.cache },
    ],
  ];
  let text = "";
  for (const [title, list] of sections) {
    text += text === "" ? `${title}\n\n` : `\n${title}\n\n`;
    writeList({ write: (part) => (text += part) }, list);
  }
  io.out(text);
}

interface Rows {
  readonly images: readonly GoValue[];
  readonly containers: readonly GoValue[];
  readonly volumes: readonly GoValue[];
  readonly cache: readonly GoValue[];
}

function toRows(usage: DiskUsage, { full }: { readonly full: boolean }): Rows {
  return {
    images: usage.images.flatMap((image) => imageRows(image, { full, digests: false, hiddenDigest: "" })),
    containers: usage.containers.map((view) => containerRow(withoutImage(view), full)),
    volumes: usage.volumes.map(volumeRow),
    cache: usage.buildCache.map((record) => cacheRow(record, full)),
  };
}

/** Its image has its own line here, so the container's size is shown without it. */
function withoutImage(view: ContainerView): ContainerView {
  return Object.create(view, { sizeRootFs: { value: 0 } });
}

const rowsType: GoType = goSlice(goAny);
const usageType = goStruct("formatter.diskUsageContext", [
  field("Images", "Images", rowsType),
  field("Containers", "Containers", rowsType),
  field("Volumes", "Volumes", rowsType),
  field("BuildCache", "BuildCache", rowsType),
]);
const usagePointer = goPointer(usageType);

function writeUsage(usage: DiskUsage, format: string, io: Io): void {
  const { images, containers, volumes, cache } = toRows(usage, { full: true });
  const value = { Images: images, Containers: containers, Volumes: volumes, BuildCache: cache };
  if (format === "json") {
    io.out(encodeGoJson(usageType, value));
    return;
  }
  try {
    io.out(parseTemplate(format).execute(goTyped(usagePointer, value)));
  } catch (error) {
    if (error instanceof TemplateExecError) io.out(error.output);
    throw error;
  }
}
