import {
  field,
  type GoType,
  goBool,
  goDuration,
  goInt,
  goMap,
  goNamed,
  goPointer,
  goSlice,
  goString,
  goStruct,
} from "../../template/index.ts";

/** `nat.Port`, as in `80/tcp`. */
export const goPort = goNamed("nat.Port", goString);

const ALWAYS: ReadonlySet<string> = new Set([
  "Cmd",
  "Entrypoint",
  "Env",
  "Labels",
  "OnBuild",
  "User",
  "Volumes",
  "WorkingDir",
]);
const nothing = goStruct("struct {}", []);
const words = goSlice(goString);
const commandLine = goNamed("strslice.StrSlice", words);
const omitEmpty = { omitEmpty: true };

/** `v1.HealthcheckConfig`; durations in nanoseconds. */
const healthConfigType = goStruct("v1.HealthcheckConfig", [
  field("Test", "Test", words, omitEmpty),
  field("Interval", "Interval", goDuration, omitEmpty),
  field("Timeout", "Timeout", goDuration, omitEmpty),
  field("StartPeriod", "StartPeriod", goDuration, omitEmpty),
  field("StartInterval", "StartInterval", goDuration, omitEmpty),
  field("Retries", "Retries", goInt, omitEmpty),
]);

/** `container.Config`: what a container runs. */
export const containerConfigType = goStruct("container.Config", [
  field("Hostname", "Hostname", goString),
  field("Domainname", "Domainname", goString),
  field("User", "User", goString),
  field("AttachStdin", "AttachStdin", goBool),
  field("AttachStdout", "AttachStdout", goBool),
  field("AttachStderr", "AttachStderr", goBool),
  field("ExposedPorts", "ExposedPorts", goNamed("nat.PortSet", goMap(nothing, goPort)), omitEmpty),
  field("Tty", "Tty", goBool),
  field("OpenStdin", "OpenStdin", goBool),
  field("StdinOnce", "StdinOnce", goBool),
  field("Env", "Env", words),
  field("Cmd", "Cmd", commandLine),
  field("Healthcheck", "Healthcheck", goPointer(healthConfigType), omitEmpty),
  field("ArgsEscaped", "ArgsEscaped", goBool, omitEmpty),
  field("Image", "Image", goString),
  field("Volumes", "Volumes", goMap(nothing)),
  field("WorkingDir", "WorkingDir", goString),
  field("Entrypoint", "Entrypoint", commandLine),
  field("NetworkDisabled", "NetworkDisabled", goBool, omitEmpty),
  field("MacAddress", "MacAddress", goString, omitEmpty),
  field("OnBuild", "OnBuild", words),
  field("Labels", "Labels", goMap(goString)),
  field("StopSignal", "StopSignal", goString, omitEmpty),
  field("StopTimeout", "StopTimeout", goPointer(goInt), omitEmpty),
  field("Shell", "Shell", commandLine, omitEmpty),
]);

const ociConfigType = goStruct("v1.ImageConfig", [
  field("User", "User", goString, omitEmpty),
  field("ExposedPorts", "ExposedPorts", goMap(nothing), omitEmpty),
  field("Env", "Env", words, omitEmpty),
  field("Entrypoint", "Entrypoint", words, omitEmpty),
  field("Cmd", "Cmd", words, omitEmpty),
  field("Volumes", "Volumes", goMap(nothing), omitEmpty),
  field("WorkingDir", "WorkingDir", goString, omitEmpty),
  field("Labels", "Labels", goMap(goString), omitEmpty),
  field("StopSignal", "StopSignal", goString, omitEmpty),
  field("ArgsEscaped", "ArgsEscaped", goBool, omitEmpty),
]);

const dockerConfigType = goStruct("v1.DockerOCIImageConfigExt", [
  field("Healthcheck", "Healthcheck", goPointer(healthConfigType), omitEmpty),
  field("OnBuild", "OnBuild", words, omitEmpty),
  field("Shell", "Shell", words, omitEmpty),
]);

/** `v1.DockerOCIImageConfig`: what an image says about running it, as the CLI reads it. */
export const imageConfigType = goStruct("v1.DockerOCIImageConfig", [
  embed("ImageConfig", ociConfigType),
  embed("DockerOCIImageConfigExt", dockerConfigType),
]);

const sortedHealthType = goStruct(
  "map[string]interface {}",
  [...healthConfigType.fields].sort((a, b) => (a.name < b.name ? -1 : 1)),
);

/**
 * The same in the daemon's answer up to API 1.51: a map, so its keys are sorted; some fields that
 * are empty are there all the same.
 */
export const imageConfigAnswerType = goStruct("map[string]interface {}", [
  ...[...ociConfigType.fields, ...dockerConfigType.fields]
    .map((one) => (ALWAYS.has(one.name) ? { ...one, omitEmpty: false } : one))
    .map((one) => (one.name === "Healthcheck" ? { ...one, type: goPointer(sortedHealthType) } : one))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
]);

/** An embedded struct: its fields belong to the struct around it. */
export function embed(name: string, type: GoType) {
  return field(name, "", type, { embedded: true });
}
