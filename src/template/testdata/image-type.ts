import * as g from "../index.ts";

const f = g.field;
const oe = { omitEmpty: true };
const S = g.goSlice(g.goString);
const mss = g.goMap(g.goString);
const empty = g.goStruct("struct {}", []);
const health = g.goStruct("v1.HealthcheckConfig", [
  f("Test", "Test", S, oe),
  f("Interval", "Interval", g.goDuration, oe),
  f("Timeout", "Timeout", g.goDuration, oe),
  f("StartPeriod", "StartPeriod", g.goDuration, oe),
  f("StartInterval", "StartInterval", g.goDuration, oe),
  f("Retries", "Retries", g.goInt, oe),
]);
const oci = g.goStruct("v1.ImageConfig", [
  f("User", "User", g.goString, oe),
  f("ExposedPorts", "ExposedPorts", g.goMap(empty), oe),
  f("Env", "Env", S, oe),
  f("Entrypoint", "Entrypoint", S, oe),
  f("Cmd", "Cmd", S, oe),
  f("Volumes", "Volumes", g.goMap(empty), oe),
  f("WorkingDir", "WorkingDir", g.goString, oe),
  f("Labels", "Labels", mss, oe),
  f("StopSignal", "StopSignal", g.goString, oe),
  f("ArgsEscaped", "ArgsEscaped", g.goBool, oe),
]);
const ext = g.goStruct("v1.DockerOCIImageConfigExt", [
  f("Healthcheck", "Healthcheck", g.goPointer(health), oe),
  f("OnBuild", "OnBuild", S, oe),
  f("Shell", "Shell", S, oe),
]);
const config = g.goStruct("v1.DockerOCIImageConfig", [
  f("ImageConfig", "", oci, { embedded: true }),
  f("DockerOCIImageConfigExt", "", ext, { embedded: true }),
]);
/** Docker's `image.InspectResponse`, as far as the golden cases need it. */
export const imageType = g.goStruct("image.InspectResponse", [
  f("ID", "Id", g.goString),
  f("RepoTags", "RepoTags", S),
  f("RepoDigests", "RepoDigests", S),
  f("Parent", "Parent", g.goString),
  f("Comment", "Comment", g.goString),
  f("Created", "Created", g.goString, oe),
  f("Container", "Container", g.goString, oe),
  f("ContainerConfig", "ContainerConfig", g.goPointer(g.goStruct("container.Config", [])), oe),
  f("DockerVersion", "DockerVersion", g.goString),
  f("Author", "Author", g.goString),
  f("Config", "Config", g.goPointer(config)),
  f("Architecture", "Architecture", g.goString),
  f("Variant", "Variant", g.goString, oe),
  f("Os", "Os", g.goString),
  f("OsVersion", "OsVersion", g.goString, oe),
  f("Size", "Size", g.goInt64),
  f("VirtualSize", "VirtualSize", g.goInt64, oe),
  f(
    "GraphDriver",
    "GraphDriver",
    g.goStruct("storage.DriverData", [f("Data", "Data", mss), f("Name", "Name", g.goString)]),
  ),
  f(
    "RootFS",
    "RootFS",
    g.goStruct("image.RootFS", [f("Type", "Type", g.goString, oe), f("Layers", "Layers", S, oe)]),
  ),
  f("Metadata", "Metadata", g.goStruct("image.Metadata", [f("LastTagTime", "LastTagTime", g.goTime, oe)])),
  f(
    "Descriptor",
    "Descriptor",
    g.goPointer(g.goStruct("v1.Descriptor", [f("MediaType", "mediaType", g.goString)])),
    oe,
  ),
  f("Manifests", "Manifests", g.goSlice(g.goString), oe),
]);
