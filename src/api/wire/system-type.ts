import {
  field,
  goBool,
  goInt64,
  goMap,
  goPointer,
  goSlice,
  goString,
  goStruct,
} from "../../template/index.ts";

const texts = goMap(goString);
const omitEmpty = { omitEmpty: true };

/** `events.Message`. */
export const eventType = goStruct("events.Message", [
  field("Status", "status", goString, omitEmpty),
  field("ID", "id", goString, omitEmpty),
  field("From", "from", goString, omitEmpty),
  field("Type", "Type", goString),
  field("Action", "Action", goString),
  field(
    "Actor",
    "Actor",
    goStruct("events.Actor", [field("ID", "ID", goString), field("Attributes", "Attributes", texts)]),
  ),
  field("Scope", "scope", goString, omitEmpty),
  field("Time", "time", goInt64, omitEmpty),
  field("TimeNano", "timeNano", goInt64, omitEmpty),
]);

const platformType = goStruct("struct { Name string }", [field("Name", "Name", goString)]);

/** `types.Version`: what the server says of itself. */
export const serverVersionType = goStruct("types.Version", [
  field("Platform", "Platform", platformType),
  field(
    "Components",
    "Components",
    goSlice(
      goStruct("types.ComponentVersion", [
        field("Name", "Name", goString),
        field("Version", "Version", goString),
        field("Details", "Details", texts, omitEmpty),
      ]),
    ),
    omitEmpty,
  ),
  field("Version", "Version", goString),
  field("APIVersion", "ApiVersion", goString),
  field("MinAPIVersion", "MinAPIVersion", goString, omitEmpty),
  field("GitCommit", "GitCommit", goString),
  field("GoVersion", "GoVersion", goString),
  field("Os", "Os", goString),
  field("Arch", "Arch", goString),
  field("KernelVersion", "KernelVersion", goString, omitEmpty),
  field("Experimental", "Experimental", goBool, omitEmpty),
  field("BuildTime", "BuildTime", goString, omitEmpty),
]);

const clientVersionType = goStruct("system.clientVersion", [
  field("Platform", "Platform", goPointer(platformType), omitEmpty),
  field("Version", "Version", goString),
  field("APIVersion", "ApiVersion", goString),
  field("DefaultAPIVersion", "DefaultAPIVersion", goString),
  field("GitCommit", "GitCommit", goString),
  field("GoVersion", "GoVersion", goString),
  field("Os", "Os", goString),
  field("Arch", "Arch", goString),
  field("BuildTime", "BuildTime", goString, omitEmpty),
  field("Context", "Context", goString),
]);

/** What `version --format` runs on: the CLI and, when one answered, the server. */
export const versionType = goStruct("system.versionInfo", [
  field("Client", "Client", clientVersionType),
  field("Server", "Server", goPointer(serverVersionType)),
]);
