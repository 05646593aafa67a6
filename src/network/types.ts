/** Transport of a published port. */
export type Protocol = "tcp" | "udp" | "sctp";

/** Ports `first` to `last`, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** One port of a container that is to be reachable at the host. */
export interface PublishRequest {
  readonly containerPort: number;
  readonly protocol: Protocol;
  /** Address of this host; empty for every IPv4 address. */
  readonly hostIp: string;
  /** Where to listen: the first free port of the range; a free ephemeral port if not given. */
  readonly hostPort?: PortRange;
}

/** A port as it was published. */
export interface PublishedPort {
  readonly containerPort: number;
  readonly protocol: Protocol;
  /** `0.0.0.0` for every address. */
  readonly hostIp: string;
  readonly hostPort: number;
}

/** Docker's `PortBinding`. */
export interface PortBinding {
  readonly HostIp: string;
  readonly HostPort: string;
}

/** What the user asks of one network (Docker's `EndpointSettings` of a request). */
export interface EndpointRequest {
  readonly Aliases?: readonly string[];
  readonly Links?: readonly string[];
  readonly IPv4Address?: string;
  readonly IPv6Address?: string;
  readonly LinkLocalIPs?: readonly string[];
  readonly MacAddress?: string;
  readonly DriverOpts?: Readonly<Record<string, string>>;
  readonly GwPriority?: number;
}

/** The container's place on one network while it runs (Docker's `EndpointSettings`). */
export interface EndpointState {
  readonly networkId: string;
  readonly networkName: string;
  readonly endpointId: string;
  readonly macAddress: string;
  /** Without prefix; empty when there is none. */
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string;
  readonly request: EndpointRequest;
}

/** How a network carries its packets. */
export type NetworkDriver = "bridge" | "host" | "null";

/** One address pool of a network. */
export interface IpamPool {
  /** `172.17.0.0/16`. */
  readonly subnet: string;
  /** Part of the subnet that addresses are given from; the whole subnet if not given. */
  readonly ipRange?: string;
  readonly gateway: string;
  /** Addresses never given out, by name. */
  readonly auxiliary?: Readonly<Record<string, string>>;
}

/** Everything recorded of one network. */
export interface NetworkRecord {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** RFC 3339 with nanoseconds. */
  readonly created: string;
  readonly driver: NetworkDriver;
  /** One of bridge, host, none: never removed. */
  readonly predefined: boolean;
  /** Device on this host; empty unless the driver is `bridge`. */
  readonly device: string;
  readonly ipam: {
    /** Null when the user gave none and there is none (`host`, `none`). */
    readonly pools: readonly IpamPool[] | null;
    /** The user chose the subnet, so static addresses are allowed. */
    readonly fromUser: boolean;
    readonly options: Readonly<Record<string, string>> | null;
  };
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** A network namespace that waits for, or holds, a container. */
export interface Sandbox {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Path of the namespace, for the runtime and for `inspect`. */
  readonly key: string;
}

/** What `connect` is asked beside container and network. */
export interface ConnectOptions {
  /** Name of the container: shown in errors and in `network inspect`. */
  readonly containerName: string;
  readonly request?: EndpointRequest;
  readonly ports?: readonly PublishRequest[];
}

/** What `connect` made. */
export interface Connection {
  readonly endpoint: EndpointState;
  /** `80/tcp` to where it is published. */
  readonly ports: Readonly<Record<string, readonly PortBinding[]>>;
}

/** An endpoint as `network inspect` lists it. */
export interface ConnectedEndpoint {
  readonly containerId: string;
  readonly containerName: string;
  readonly endpoint: EndpointState;
}
