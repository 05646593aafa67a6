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
  /** Address of this host; empty for every address of the families that the container has. */
  readonly hostIp: string;
  /** Where to listen: the first free port of the range; a free ephemeral port if not given. */
  readonly hostPort?: PortRange;
}

/** A port as it was published. */
export interface PublishedPort {
  readonly containerPort: number;
  readonly protocol: Protocol;
  /** `0.0.0.0` for every IPv4 address, `::` for every IPv6 address. */
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
  /** Not there without IPv6. */
  readonly ipv6?: Ipv6State;
  readonly request: EndpointRequest;
}

/** The IPv6 part of an endpoint. */
export interface Ipv6State {
  /** Without prefix. */
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string;
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
  /** The user gave the subnet but no gateway, so `inspect` shows none. */
  readonly gatewayImplied?: true;
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
  /** The device was there before the network, so it stays when that goes. */
  readonly deviceAdopted?: boolean;
  /** Such as `local`; shown only. */
  readonly scope: string;
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  /** No network, but settings for others to be made of. */
  readonly configOnly: boolean;
  /** Name of the network whose settings this one has; empty for none. */
  readonly configFrom: string;
  readonly ipam: {
    /** Null when the user gave none and there is none (`host`, `none`). */
    readonly pools: readonly IpamPool[] | null;
    /** The user chose a subnet, so static addresses are allowed. */
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
  /** Names that other containers on the network find it by; the predefined networks have none. */
  readonly names?: readonly string[];
  /** Resolvers that it asks for all other names; the host's if not given. */
  readonly dns?: readonly string[];
  readonly ports?: readonly PublishRequest[];
}

/** What a network is to be; what is left out is Docker's default. */
export interface NetworkRequest {
  readonly name: string;
  /** `bridge` if not given. */
  readonly driver?: string;
  readonly scope?: string;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly configOnly?: boolean;
  readonly configFrom?: string;
  readonly ipam?: {
    /** `default` if not given. */
    readonly driver?: string;
    readonly options?: Readonly<Record<string, string>>;
    readonly config?: readonly IpamRequest[];
  };
  readonly options?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** One subnet that is asked for. */
export interface IpamRequest {
  readonly subnet: string;
  readonly ipRange?: string;
  readonly gateway?: string;
  readonly auxiliary?: Readonly<Record<string, string>>;
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
