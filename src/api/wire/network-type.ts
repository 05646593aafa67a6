import {
  field,
  goBool,
  goInt,
  goMap,
  goPointer,
  goSlice,
  goString,
  goStruct,
  goTime,
} from "../../template/index.ts";
import { embed } from "./config-type.ts";
import { portMapType } from "./host-config-type.ts";

const words = goSlice(goString);
const texts = goMap(goString);
const omitEmpty = { omitEmpty: true };

/** `network.EndpointSettings`: a container's place on one network. */
export const endpointType = goStruct("network.EndpointSettings", [
  field(
    "IPAMConfig",
    "IPAMConfig",
    goPointer(
      goStruct("network.EndpointIPAMConfig", [
        field("IPv4Address", "IPv4Address", goString, omitEmpty),
        field("IPv6Address", "IPv6Address", goString, omitEmpty),
        field("LinkLocalIPs", "LinkLocalIPs", words, omitEmpty),
      ]),
    ),
  ),
  field("Links", "Links", words),
  field("Aliases", "Aliases", words),
  field("MacAddress", "MacAddress", goString),
  field("DriverOpts", "DriverOpts", texts),
  field("GwPriority", "GwPriority", goInt),
  field("NetworkID", "NetworkID", goString),
  field("EndpointID", "EndpointID", goString),
  field("Gateway", "Gateway", goString),
  field("IPAddress", "IPAddress", goString),
  field("IPPrefixLen", "IPPrefixLen", goInt),
  field("IPv6Gateway", "IPv6Gateway", goString),
  field("GlobalIPv6Address", "GlobalIPv6Address", goString),
  field("GlobalIPv6PrefixLen", "GlobalIPv6PrefixLen", goInt),
  field("DNSNames", "DNSNames", words),
]);

const addresses = goSlice(
  goStruct("network.Address", [field("Addr", "Addr", goString), field("PrefixLen", "PrefixLen", goInt)]),
);

/** `container.NetworkSettings` (API up to 1.51, with the fields of the default bridge at the top). */
export const networkSettingsType = goStruct("container.NetworkSettings", [
  embed(
    "NetworkSettingsBase",
    goStruct("container.NetworkSettingsBase", [
      field("Bridge", "Bridge", goString),
      field("SandboxID", "SandboxID", goString),
      field("SandboxKey", "SandboxKey", goString),
      field("Ports", "Ports", portMapType),
      field("HairpinMode", "HairpinMode", goBool),
      field("LinkLocalIPv6Address", "LinkLocalIPv6Address", goString),
      field("LinkLocalIPv6PrefixLen", "LinkLocalIPv6PrefixLen", goInt),
      field("SecondaryIPAddresses", "SecondaryIPAddresses", addresses),
      field("SecondaryIPv6Addresses", "SecondaryIPv6Addresses", addresses),
    ]),
  ),
  embed(
    "DefaultNetworkSettings",
    goStruct("container.DefaultNetworkSettings", [
      field("EndpointID", "EndpointID", goString),
      field("Gateway", "Gateway", goString),
      field("GlobalIPv6Address", "GlobalIPv6Address", goString),
      field("GlobalIPv6PrefixLen", "GlobalIPv6PrefixLen", goInt),
      field("IPAddress", "IPAddress", goString),
      field("IPPrefixLen", "IPPrefixLen", goInt),
      field("IPv6Gateway", "IPv6Gateway", goString),
      field("MacAddress", "MacAddress", goString),
    ]),
  ),
  field("Networks", "Networks", goMap(goPointer(endpointType))),
]);

const ipamType = goStruct("network.IPAM", [
  field("Driver", "Driver", goString),
  field("Options", "Options", texts),
  field(
    "Config",
    "Config",
    goSlice(
      goStruct("network.IPAMConfig", [
        field("Subnet", "Subnet", goString, omitEmpty),
        field("IPRange", "IPRange", goString, omitEmpty),
        field("Gateway", "Gateway", goString, omitEmpty),
        field("AuxAddress", "AuxiliaryAddresses", texts, omitEmpty),
      ]),
    ),
  ),
]);

/** `network.Inspect`: a network with the containers that run on it. */
export const networkType = goStruct("network.Inspect", [
  field("Name", "Name", goString),
  field("ID", "Id", goString),
  field("Created", "Created", goTime),
  field("Scope", "Scope", goString),
  field("Driver", "Driver", goString),
  field("EnableIPv4", "EnableIPv4", goBool),
  field("EnableIPv6", "EnableIPv6", goBool),
  field("IPAM", "IPAM", ipamType),
  field("Internal", "Internal", goBool),
  field("Attachable", "Attachable", goBool),
  field("Ingress", "Ingress", goBool),
  field(
    "ConfigFrom",
    "ConfigFrom",
    goStruct("network.ConfigReference", [field("Network", "Network", goString)]),
  ),
  field("ConfigOnly", "ConfigOnly", goBool),
  field(
    "Containers",
    "Containers",
    goMap(
      goStruct("network.EndpointResource", [
        field("Name", "Name", goString),
        field("EndpointID", "EndpointID", goString),
        field("MacAddress", "MacAddress", goString),
        field("IPv4Address", "IPv4Address", goString),
        field("IPv6Address", "IPv6Address", goString),
      ]),
    ),
  ),
  field("Options", "Options", texts),
  field("Labels", "Labels", texts),
]);
