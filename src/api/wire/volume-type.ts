import { field, goInt64, goMap, goPointer, goString, goStruct } from "../../template/index.ts";

const texts = goMap(goString);
const omitEmpty = { omitEmpty: true };

/** `volume.Volume`; `CreatedAt` is RFC 3339 in whole seconds. */
export const volumeType = goStruct("volume.Volume", [
  field("CreatedAt", "CreatedAt", goString, omitEmpty),
  field("Driver", "Driver", goString),
  field("Labels", "Labels", texts),
  field("Mountpoint", "Mountpoint", goString),
  field("Name", "Name", goString),
  field("Options", "Options", texts),
  field("Scope", "Scope", goString),
  field("Status", "Status", texts, omitEmpty),
  field(
    "UsageData",
    "UsageData",
    goPointer(
      goStruct("volume.UsageData", [field("RefCount", "RefCount", goInt64), field("Size", "Size", goInt64)]),
    ),
    omitEmpty,
  ),
]);
