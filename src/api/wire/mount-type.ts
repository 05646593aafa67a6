import {
  field,
  goBool,
  goInt64,
  goMap,
  goNamed,
  goPointer,
  goSlice,
  goString,
  goStruct,
  goUint32,
} from "../../template/index.ts";

const omitEmpty = { omitEmpty: true };
const texts = goMap(goString);
const kind = goNamed("mount.Type", goString);
const propagation = goNamed("mount.Propagation", goString);

const bindOptionsType = goStruct("mount.BindOptions", [
  field("Propagation", "Propagation", propagation, omitEmpty),
  field("NonRecursive", "NonRecursive", goBool, omitEmpty),
  field("CreateMountpoint", "CreateMountpoint", goBool, omitEmpty),
  field("ReadOnlyNonRecursive", "ReadOnlyNonRecursive", goBool, omitEmpty),
  field("ReadOnlyForceRecursive", "ReadOnlyForceRecursive", goBool, omitEmpty),
]);

const driverType = goStruct("mount.Driver", [
  field("Name", "Name", goString, omitEmpty),
  field("Options", "Options", texts, omitEmpty),
]);

const volumeOptionsType = goStruct("mount.VolumeOptions", [
  field("NoCopy", "NoCopy", goBool, omitEmpty),
  field("Labels", "Labels", texts, omitEmpty),
  field("Subpath", "Subpath", goString, omitEmpty),
  field("DriverConfig", "DriverConfig", goPointer(driverType), omitEmpty),
]);

const imageOptionsType = goStruct("mount.ImageOptions", [field("Subpath", "Subpath", goString, omitEmpty)]);

const tmpfsOptionsType = goStruct("mount.TmpfsOptions", [
  field("SizeBytes", "SizeBytes", goInt64, omitEmpty),
  field("Mode", "Mode", goNamed("fs.FileMode", goUint32), omitEmpty),
  field("Options", "Options", goSlice(goSlice(goString)), omitEmpty),
]);

/** `mount.Mount`: a mount as it was asked for. */
export const mountRequestType = goStruct("mount.Mount", [
  field("Type", "Type", kind, omitEmpty),
  field("Source", "Source", goString, omitEmpty),
  field("Target", "Target", goString, omitEmpty),
  field("ReadOnly", "ReadOnly", goBool, omitEmpty),
  field("Consistency", "Consistency", goNamed("mount.Consistency", goString), omitEmpty),
  field("BindOptions", "BindOptions", goPointer(bindOptionsType), omitEmpty),
  field("VolumeOptions", "VolumeOptions", goPointer(volumeOptionsType), omitEmpty),
  field("ImageOptions", "ImageOptions", goPointer(imageOptionsType), omitEmpty),
  field("TmpfsOptions", "TmpfsOptions", goPointer(tmpfsOptionsType), omitEmpty),
  field("ClusterOptions", "ClusterOptions", goPointer(goStruct("mount.ClusterOptions", [])), omitEmpty),
]);

/** `container.MountPoint`: a mount as the container has it. */
export const mountPointType = goStruct("container.MountPoint", [
  field("Type", "Type", kind, omitEmpty),
  field("Name", "Name", goString, omitEmpty),
  field("Source", "Source", goString),
  field("Destination", "Destination", goString),
  field("Driver", "Driver", goString, omitEmpty),
  field("Mode", "Mode", goString),
  field("RW", "RW", goBool),
  field("Propagation", "Propagation", propagation),
]);
