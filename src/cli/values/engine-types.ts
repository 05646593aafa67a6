import type { CreateRequest, NetworkRequest } from "../../engine/index.ts";

type Host = NonNullable<CreateRequest["hostConfig"]>;
type Item<T> = T extends readonly (infer I)[] ? I : never;

/** Parts of a create request, named from the request itself: the CLI sees the engine only. */
export type RequestHostConfig = Host;
export type RequestConfig = CreateRequest["config"];
export type RequestEndpoint = NonNullable<CreateRequest["endpoints"]>[string];
export type RequestMount = Item<NonNullable<Host["Mounts"]>>;
export type PortBinding = Item<NonNullable<Host["PortBindings"]>[string]>;
export type RestartPolicy = NonNullable<Host["RestartPolicy"]>;
export type DeviceMapping = Item<NonNullable<Host["Devices"]>>;
export type ThrottleDevice = Item<NonNullable<Host["BlkioDeviceReadBps"]>>;
export type WeightDevice = Item<NonNullable<Host["BlkioWeightDevice"]>>;
export type Ulimit = Item<NonNullable<Host["Ulimits"]>>;
export type IpamConfig = Item<NonNullable<NonNullable<NetworkRequest["ipam"]>["config"]>>;
