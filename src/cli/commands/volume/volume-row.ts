import type { Volume } from "../../../engine/index.ts";
import { createRow, type GoValue } from "../../../template/index.ts";
import { joinLabels } from "../../format/index.ts";

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

/** One volume as a row of `volume ls`. */
export function volumeRow({ name, path, labels }: Volume): GoValue {
  return createRow("*formatter.volumeContext", {
    plain: {
      Name: name,
      Driver: "local",
      Scope: "local",
      Mountpoint: path,
      Labels: () => joinLabels(labels),
      Links: UNKNOWN,
      Size: UNKNOWN,
      Group: UNKNOWN,
      Availability: UNKNOWN,
      Status: UNKNOWN,
    },
    withArgument: { Label: (label) => labels[label] ?? "" },
  });
}
