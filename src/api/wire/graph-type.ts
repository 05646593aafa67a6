import { field, goMap, goString, goStruct } from "../../template/index.ts";

/** `storage.DriverData`: where the storage driver keeps a file system. */
export const graphDriverType = goStruct("storage.DriverData", [
  field("Data", "Data", goMap(goString)),
  field("Name", "Name", goString),
]);
