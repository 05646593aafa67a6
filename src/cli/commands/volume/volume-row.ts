import type { Volume, VolumeUsage } from "../../../engine/index.ts";
import { createRow, type GoValue } from "../../../template/index.ts";
import { formatHumanSize, joinLabels } from "../../format/index.ts";

/** The default columns of `volume ls`. */
export const VOLUME_TABLE = "table {{.Driver}}\t{{.Name}}";

/** Titles of the columns. */
export const VOLUME_HEADER = {
  Name: "VOLUME NAME",
  Driver: "DRIVER",
  Scope: "SCOPE",
  Availability: "AVAILABILITY",
  Mountpoint: "MOUNTPOINT",
  Labels: "LABELS",
  Links: "LINKS",
  Size: "SIZE",
  Group: "GROUP",
  Status: "STATUS",
};

const UNKNOWN = "N/A";

/** One volume as a row; its size and its links are only known where `system df` has counted them. */
export function volumeRow(volume: Volume & Partial<VolumeUsage>): GoValue {
  const { name, path, labels, links, size } = volume;
  return createRow("*formatter.volumeContext", {
    plain: {
      Name: name,
      Driver: "local",
      Scope: "local",
      Mountpoint: path,
      Labels: () => joinLabels(labels),
      Links: String(links ?? UNKNOWN),
      Size: () => (size === undefined ? UNKNOWN : formatHumanSize(size)),
      Group: UNKNOWN,
      Availability: UNKNOWN,
      Status: UNKNOWN,
    },
    withArgument: { Label: (label) => labels[label] ?? "" },
  });
}
