import type { DiskUsage, VolumeUsage } from "../../../../engine/index.ts";
import { createRow, type GoValue } from "../../../../template/index.ts";
import { formatHumanSize, resolveFormat, writeList } from "../../../format/index.ts";
import type { Io } from "../../../io/io.ts";

const FORMATS = {
  table: "table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}",
  raw: "type: {{.Type}}\ntotal: {{.TotalCount}}\nactive: {{.Active}}\nsize: {{.Size}}\nreclaimable: {{.Reclaimable}}\n",
};

const HEADER = {
  Type: "TYPE",
  TotalCount: "TOTAL",
  Active: "ACTIVE",
  Size: "SIZE",
  Reclaimable: "RECLAIMABLE",
};

const ACTIVE = new Set(["running", "paused", "restarting"]);

/** Writes a line for each kind of object. */
export function writeSummary(usage: DiskUsage, format: string, io: Io): void {
  const rows = summarize(usage).map(toRow);
  writeList({ write: io.out }, { format: resolveFormat(format, FORMATS), header: HEADER, rows });
}

interface Summary {
  readonly kind: "Images" | "Containers" | "Local Volumes" | "Build Cache";
  readonly total: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
}

function summarize(usage: DiskUsage): Summary[] {
  const { images, containers, volumes, buildCache } = usage;
  const resting = containers.filter(({ record }) => !ACTIVE.has(record.state.status));
  const unused = volumes.filter(({ links }) => links === 0);
  const own = buildCache.filter(({ shared }) => !shared);
  const free = own.filter(({ reclaimable }) => reclaimable);
  return [
    {
      kind: "Images",
      total: images.length,
      active: images.filter((image) => image.containers > 0).length,
      size: usage.layersSize,
      reclaimable: usage.layersReclaimable,
    },
    {
      kind: "Containers",
      total: containers.length,
      active: containers.length - resting.length,
      size: sum(containers, ({ sizeRw }) => sizeRw ?? 0),
      reclaimable: sum(resting, ({ sizeRw }) => sizeRw ?? 0),
    },
    {
      kind: "Local Volumes",
      total: volumes.length,
      active: volumes.length - unused.length,
      size: sum(volumes, known),
      reclaimable: sum(unused, known),
    },
    {
      kind: "Build Cache",
      total: buildCache.length,
      active: buildCache.filter(({ reclaimable }) => !reclaimable).length,
      size: sum(own, ({ size }) => size),
      reclaimable: sum(free, ({ size }) => size),
    },
  ];
}

/** The size of a volume whose folder is gone is not known. */
function known({ size }: VolumeUsage): number {
  return Math.max(0, size);
}

function sum<T>(items: readonly T[], sizeOf: (item: T) => number): number {
  return items.reduce((total, item) => total + sizeOf(item), 0);
}

const ROW_TYPES = {
  Images: "*formatter.diskUsageImagesContext",
  Containers: "*formatter.diskUsageContainersContext",
  "Local Volumes": "*formatter.diskUsageVolumesContext",
  "Build Cache": "*formatter.diskUsageBuilderContext",
};

function toRow({ kind, total, active, size, reclaimable }: Summary): GoValue {
  const share = kind === "Build Cache" || size === 0 ? "" : ` (${Math.floor((reclaimable * 100) / size)}%)`;
  return createRow(ROW_TYPES[kind], {
    plain: {
      Type: kind,
      TotalCount: String(total),
      Active: String(active),
      Size: formatHumanSize(size),
      Reclaimable: formatHumanSize(reclaimable) + share,
    },
  });
}
