import type { BuildRequest } from "./request.ts";

/** What a caller says of a build; what is left out is as with `docker build`. */
export type AskedBuild = Partial<BuildRequest>;

const DEFAULTS: BuildRequest = {
  context: undefined,
  dockerfile: { kind: "in-context", path: "Dockerfile" },
  contexts: {},
  platforms: [],
  buildArgs: {},
  proxies: {},
  labels: {},
  tags: [],
  noCache: false,
  pull: false,
  network: "default",
  extraHosts: [],
  limits: {
    memory: 0,
    memorySwap: 0,
    cpuShares: 0,
    cpuPeriod: 0,
    cpuQuota: 0,
    cpusetCpus: "",
    cpusetMems: "",
    shmSize: 0,
    ulimits: [],
    cgroupParent: "",
  },
  allow: [],
  secrets: [],
  ssh: [],
  outputs: [{ kind: "image" }],
  cacheFrom: [],
  cacheTo: [],
  annotations: {},
};

/** Fills in what the caller left out. */
export function toBuildRequest(asked: AskedBuild): BuildRequest {
  return { ...DEFAULTS, ...asked };
}
