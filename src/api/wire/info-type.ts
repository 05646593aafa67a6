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
  type StructField,
} from "../../template/index.ts";

const omitEmpty = { omitEmpty: true };
const text = (name: string): StructField => field(name, name, goString);
const flag = (name: string): StructField => field(name, name, goBool);
const int = (name: string): StructField => field(name, name, goInt);
const texts = (name: string): StructField => field(name, name, goSlice(goString));

const plugins = goStruct("system.PluginsInfo", [
  texts("Volume"),
  texts("Network"),
  texts("Authorization"),
  texts("Log"),
]);
const index = goStruct("registry.IndexInfo", [
  texts("Mirrors"),
  text("Name"),
  flag("Official"),
  flag("Secure"),
]);
const registries = goStruct("registry.ServiceConfig", [
  field("IndexConfigs", "IndexConfigs", goMap(goPointer(index))),
  texts("InsecureRegistryCIDRs"),
  texts("Mirrors"),
]);
const runtime = goStruct("system.RuntimeWithStatus", [
  field("Path", "path", goString, omitEmpty),
  field("Args", "runtimeArgs", goSlice(goString), omitEmpty),
]);
const swarm = goStruct("swarm.Info", [
  text("NodeID"),
  text("NodeAddr"),
  text("LocalNodeState"),
  flag("ControlAvailable"),
  text("Error"),
  field("RemoteManagers", "RemoteManagers", goSlice(goString)),
]);
const commit = goStruct("system.Commit", [text("ID")]);
const firewall = goStruct("system.FirewallInfo", [field("Driver", "Driver", goString)]);

/** `system.Info`: what the engine says of itself. */
const infoType = goStruct("system.Info", [
  text("ID"),
  int("Containers"),
  int("ContainersRunning"),
  int("ContainersPaused"),
  int("ContainersStopped"),
  int("Images"),
  text("Driver"),
  field("DriverStatus", "DriverStatus", goSlice(goSlice(goString))),
  field("SystemStatus", "SystemStatus", goSlice(goSlice(goString)), omitEmpty),
  field("Plugins", "Plugins", plugins),
  flag("MemoryLimit"),
  flag("SwapLimit"),
  field("KernelMemory", "KernelMemory", goBool, omitEmpty),
  field("KernelMemoryTCP", "KernelMemoryTCP", goBool, omitEmpty),
  field("CPUCfsPeriod", "CpuCfsPeriod", goBool),
  field("CPUCfsQuota", "CpuCfsQuota", goBool),
  flag("CPUShares"),
  flag("CPUSet"),
  flag("PidsLimit"),
  flag("IPv4Forwarding"),
  flag("Debug"),
  int("NFd"),
  flag("OomKillDisable"),
  int("NGoroutines"),
  text("SystemTime"),
  text("LoggingDriver"),
  text("CgroupDriver"),
  field("CgroupVersion", "CgroupVersion", goString, omitEmpty),
  int("NEventsListener"),
  text("KernelVersion"),
  text("OperatingSystem"),
  text("OSVersion"),
  text("OSType"),
  text("Architecture"),
  text("IndexServerAddress"),
  field("RegistryConfig", "RegistryConfig", goPointer(registries)),
  int("NCPU"),
  field("MemTotal", "MemTotal", goInt64),
  field("GenericResources", "GenericResources", goSlice(goString)),
  text("DockerRootDir"),
  field("HTTPProxy", "HttpProxy", goString),
  field("HTTPSProxy", "HttpsProxy", goString),
  text("NoProxy"),
  text("Name"),
  texts("Labels"),
  flag("ExperimentalBuild"),
  text("ServerVersion"),
  field("Runtimes", "Runtimes", goMap(runtime)),
  text("DefaultRuntime"),
  field("Swarm", "Swarm", swarm),
  flag("LiveRestoreEnabled"),
  text("Isolation"),
  text("InitBinary"),
  field("ContainerdCommit", "ContainerdCommit", commit),
  field("RuncCommit", "RuncCommit", commit),
  field("InitCommit", "InitCommit", commit),
  texts("SecurityOptions"),
  field("ProductLicense", "ProductLicense", goString, omitEmpty),
  field("FirewallBackend", "FirewallBackend", goPointer(firewall), omitEmpty),
  field("CDISpecDirs", "CDISpecDirs", goSlice(goString)),
  texts("Warnings"),
]);

const clientInfoType = goStruct("system.clientInfo", [
  flag("Debug"),
  field("Version", "Version", goString),
  field("DefaultAPIVersion", "DefaultAPIVersion", goString),
  field("GitCommit", "GitCommit", goString),
  field("GoVersion", "GoVersion", goString),
  field("Os", "Os", goString),
  field("Arch", "Arch", goString),
  field("BuildTime", "BuildTime", goString, omitEmpty),
  field("Context", "Context", goString),
  field("Plugins", "Plugins", goSlice(goString)),
  texts("Warnings"),
]);

/** What `info --format` runs on: the engine's facts with the CLI's own. */
export const dockerInfoType = goStruct("system.dockerInfo", [
  field("Info", "Info", goPointer(infoType), { omitEmpty: true, embedded: true }),
  field("ServerErrors", "ServerErrors", goSlice(goString), omitEmpty),
  field("UserName", "-", goString),
  field("ClientInfo", "ClientInfo", goPointer(clientInfoType), omitEmpty),
  field("ClientErrors", "ClientErrors", goSlice(goString), omitEmpty),
]);
