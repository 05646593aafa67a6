import { toCommand, toPublishedPorts } from "../../../api/index.ts";
import { formatHumanDuration, goQuote, nowNs, parseTime, shortId } from "../../../base/index.ts";
import type { ContainerView } from "../../../engine/index.ts";
import { createRow, GoValue, goPointer, goStruct, type RowMethods } from "../../../template/index.ts";
import { ellipsis, formatHumanSize, formatLocalTime, joinLabels } from "../../format/index.ts";
import { formatPorts } from "./format-ports.ts";

/** The default columns of `ps`. */
export const CONTAINER_TABLE =
  "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";

/** Titles of the columns. */
export const CONTAINER_HEADER = {
  ID: "CONTAINER ID",
  Names: "NAMES",
  Image: "IMAGE",
  Command: "COMMAND",
  CreatedAt: "CREATED AT",
  RunningFor: "CREATED",
  Ports: "PORTS",
  State: "STATE",
  Status: "STATUS",
  Size: "SIZE",
  Labels: "LABELS",
  Mounts: "MOUNTS",
  LocalVolumes: "LOCAL VOLUMES",
  Networks: "NETWORKS",
  Platform: "PLATFORM",
};

/** The daemon tells the platform of a container only with the store of images that Strake does not have. */
export const NO_PLATFORM = new GoValue(goPointer(goStruct("v1.Platform", [])), undefined);

/** The name of the row's type in errors. */
export const CONTAINER_ROW = "*formatter.ContainerContext";

function imageColumn({ imageName, record }: ContainerView, full: boolean): string {
  if (imageName === "") return "<no image>";
  return !full && imageName === record.imageId ? shortId(imageName) : imageName;
}

/** One container as a row of `ps`. */
export function containerRow(view: ContainerView, full: boolean): GoValue {
  return createRow(CONTAINER_ROW, containerMethods(view, full));
}

function containerMethods(view: ContainerView, full: boolean): RowMethods {
  const { record } = view;
  const labels = record.config.Labels ?? {};
  const command = toCommand(record);
  const created = Number((parseTime(record.created) ?? 0n) / 1_000_000_000n);
  return {
    plain: {
      ID: full ? record.id : shortId(record.id),
      Names: record.name,
      Image: imageColumn(view, full),
      Command: () => goQuote(full ? command : ellipsis(command, 20)),
      CreatedAt: () => formatLocalTime(created),
      RunningFor: () => `${formatHumanDuration(Number(nowNs() / 1_000_000n) - created * 1000)} ago`,
      Ports: () => formatPorts(toPublishedPorts(record)),
      State: record.state.status,
      Status: view.status,
      Size: () => formatSize(view),
      Labels: () => joinLabels(labels),
      Mounts: () => formatMounts(view, full),
      LocalVolumes: String(record.mounts.filter(({ Driver }) => Driver === "local").length),
      Networks: () => networksOf(view).join(","),
      Platform: NO_PLATFORM,
    },
    withArgument: { Label: (name) => labels[name] ?? "" },
  };
}

function formatSize({ sizeRw = 0, sizeRootFs = 0 }: ContainerView): string {
  const own = formatHumanSize(sizeRw, 3);
  return sizeRootFs > 0 ? `${own} (virtual ${formatHumanSize(sizeRootFs, 3)})` : own;
}

function formatMounts({ record }: ContainerView, full: boolean): string {
  const names = record.mounts.map(({ Name, Source }) => Name || Source);
  return names.map((name) => (full ? name : ellipsis(name, 15))).join(",");
}

function networksOf({ record }: ContainerView): string[] {
  const live = record.network?.endpoints.map(({ networkName }) => networkName) ?? [];
  if (live.length > 0) return live;
  return Object.keys(record.endpoints);
}
