import {
  field,
  goBool,
  goInt,
  goInt64,
  goMap,
  goPointer,
  goSlice,
  goString,
  goStruct,
  goTime,
  goUint16,
} from "../../template/index.ts";
import { containerConfigType, embed } from "./config-type.ts";
import { graphDriverType } from "./graph-type.ts";
import { hostConfigType } from "./host-config-type.ts";
import { mountPointType } from "./mount-type.ts";
import { endpointType, networkSettingsType } from "./network-type.ts";

const words = goSlice(goString);
const texts = goMap(goString);
const omitEmpty = { omitEmpty: true };

const healthType = goStruct("container.Health", [
  field("Status", "Status", goString),
  field("FailingStreak", "FailingStreak", goInt),
  field(
    "Log",
    "Log",
    goSlice(
      goPointer(
        goStruct("container.HealthcheckResult", [
          field("Start", "Start", goTime),
          field("End", "End", goTime),
          field("ExitCode", "ExitCode", goInt),
          field("Output", "Output", goString),
        ]),
      ),
    ),
  ),
]);

const stateType = goStruct("container.State", [
  field("Status", "Status", goString),
  field("Running", "Running", goBool),
  field("Paused", "Paused", goBool),
  field("Restarting", "Restarting", goBool),
  field("OOMKilled", "OOMKilled", goBool),
  field("Dead", "Dead", goBool),
  field("Pid", "Pid", goInt),
  field("ExitCode", "ExitCode", goInt),
  field("Error", "Error", goString),
  field("StartedAt", "StartedAt", goString),
  field("FinishedAt", "FinishedAt", goString),
  field("Health", "Health", goPointer(healthType), omitEmpty),
]);

const baseType = goStruct("container.ContainerJSONBase", [
  field("ID", "Id", goString),
  field("Created", "Created", goString),
  field("Path", "Path", goString),
  field("Args", "Args", words),
  field("State", "State", goPointer(stateType)),
  field("Image", "Image", goString),
  field("ResolvConfPath", "ResolvConfPath", goString),
  field("HostnamePath", "HostnamePath", goString),
  field("HostsPath", "HostsPath", goString),
  field("LogPath", "LogPath", goString),
  field("Name", "Name", goString),
  field("RestartCount", "RestartCount", goInt),
  field("Driver", "Driver", goString),
  field("Platform", "Platform", goString),
  field("MountLabel", "MountLabel", goString),
  field("ProcessLabel", "ProcessLabel", goString),
  field("AppArmorProfile", "AppArmorProfile", goString),
  field("ExecIDs", "ExecIDs", words),
  field("HostConfig", "HostConfig", goPointer(hostConfigType)),
  field("GraphDriver", "GraphDriver", graphDriverType),
  field("SizeRw", "SizeRw", goPointer(goInt64), omitEmpty),
  field("SizeRootFs", "SizeRootFs", goPointer(goInt64), omitEmpty),
]);

/** `container.InspectResponse`. */
export const containerType = goStruct("container.InspectResponse", [
  embed("ContainerJSONBase", goPointer(baseType)),
  field("Mounts", "Mounts", goSlice(mountPointType)),
  field("Config", "Config", goPointer(containerConfigType)),
  field("NetworkSettings", "NetworkSettings", goPointer(networkSettingsType)),
]);

/** `container.Port`. */
export const portType = goStruct("container.Port", [
  field("IP", "IP", goString, omitEmpty),
  field("PrivatePort", "PrivatePort", goUint16),
  field("PublicPort", "PublicPort", goUint16, omitEmpty),
  field("Type", "Type", goString),
]);

/** `container.Summary`: an item of `GET /containers/json`. */
export const containerListItemType = goStruct("container.Summary", [
  field("ID", "Id", goString),
  field("Names", "Names", words),
  field("Image", "Image", goString),
  field("ImageID", "ImageID", goString),
  field("Command", "Command", goString),
  field("Created", "Created", goInt64),
  field("Ports", "Ports", goSlice(portType)),
  field("SizeRw", "SizeRw", goInt64, omitEmpty),
  field("SizeRootFs", "SizeRootFs", goInt64, omitEmpty),
  field("Labels", "Labels", texts),
  field("State", "State", goString),
  field("Status", "Status", goString),
  field(
    "HostConfig",
    "HostConfig",
    goStruct("struct", [
      field("NetworkMode", "NetworkMode", goString, omitEmpty),
      field("Annotations", "Annotations", texts, omitEmpty),
    ]),
  ),
  field(
    "NetworkSettings",
    "NetworkSettings",
    goPointer(
      goStruct("container.NetworkSettingsSummary", [
        field("Networks", "Networks", goMap(goPointer(endpointType))),
      ]),
    ),
  ),
  field("Mounts", "Mounts", goSlice(mountPointType)),
]);
