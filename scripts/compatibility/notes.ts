/** What is to be said of a flag that is there. */
export interface Note {
  readonly status: "differs" | "refused";
  readonly text: string;
}

const WINDOWS: Note = { status: "refused", text: "Docker has it for Windows containers only" };
const TRUST: Note = { status: "differs", text: "`=false` is refused: there is no Notary client" };

/** Notes on flags of `run` and `create`. */
const CREATE: Readonly<Record<string, Note>> = {
  "cpu-count": WINDOWS,
  "cpu-percent": WINDOWS,
  "io-maxbandwidth": WINDOWS,
  "io-maxiops": WINDOWS,
  "disable-content-trust": TRUST,
  device: { status: "differs", text: "paths only; names of CDI devices are refused" },
  gpus: { status: "refused", text: "GPUs are not supported" },
  isolation: { status: "differs", text: "only `default`" },
  link: { status: "refused", text: "links are not supported" },
  "link-local-ip": { status: "refused", text: "link-local addresses are not supported" },
  "log-driver": {
    status: "differs",
    text: "`json-file`, `local` and `none`; drivers that send logs to a service are refused",
  },
  "log-opt": {
    status: "differs",
    text: "`mode=non-blocking` and `compress=true` are refused: logs are local files, and rotated ones stay as they are",
  },
  publish: {
    status: "differs",
    text: "on `[::]` too where the container has an IPv6 address; without one nothing listens there, since no proxy process is started",
  },
  runtime: { status: "differs", text: "name or path of an OCI runtime; nothing needs to be configured" },
  "security-opt": {
    status: "differs",
    text: "with `seccomp=builtin` (Docker's profile) a call that it does not list fails with ENOSYS, not EPERM; `label=` has no effect without SELinux",
  },
  "use-api-socket": { status: "refused", text: "there is no API socket" },
};

const CLASSIC: Note = { status: "differs", text: "holds for the steps; BuildKit ignores it" };
const AS_IT_IS: Note = { status: "differs", text: "accepted, since it is so anyway" };

/** Notes on flags of `build`. */
const BUILD: Readonly<Record<string, Note>> = {
  annotation: { status: "differs", text: "of the manifest, in the outputs `oci` and `docker` and in a push" },
  attest: { status: "differs", text: "only what turns attestations off" },
  builder: { status: "differs", text: "only `default`" },
  "cache-from": { status: "differs", text: "`local`, `registry`; other types are refused" },
  "cache-to": {
    status: "differs",
    text: "`local`, `registry`, `inline`, with `mode` and `ignore-error`; layers are zstd; the rest is refused",
  },
  compress: AS_IT_IS,
  "cpu-period": CLASSIC,
  "cpu-quota": CLASSIC,
  "cpu-shares": CLASSIC,
  "cpuset-cpus": CLASSIC,
  "cpuset-mems": CLASSIC,
  "disable-content-trust": TRUST,
  "force-rm": AS_IT_IS,
  isolation: { status: "differs", text: "only `default`" },
  memory: CLASSIC,
  "memory-swap": CLASSIC,
  output: {
    status: "differs",
    text: "`image`, `registry`, `local`, `tar`, `oci`, `docker`, `cacheonly`; attributes that it does not have are refused",
  },
  provenance: { status: "differs", text: "only `false`" },
  rm: { status: "differs", text: "`=false` is refused: steps leave no containers" },
  sbom: { status: "differs", text: "only `false`" },
  "security-opt": { status: "refused", text: "as BuildKit, which only warns" },
  squash: { status: "refused", text: "BuildKit has it no more" },
};

/** Notes by command and flag. */
export const NOTES: Readonly<Record<string, Readonly<Record<string, Note>>>> = {
  "container run": CREATE,
  "container create": CREATE,
  "image build": BUILD,
  "buildx create": Object.fromEntries(
    "append bootstrap buildkitd-config buildkitd-flags driver driver-opt leave name node platform use"
      .split(" ")
      .map((flag): [string, Note] => [flag, { status: "refused", text: "Strake is its own builder" }]),
  ),
  "image pull": { "disable-content-trust": TRUST },
  "image push": { "disable-content-trust": TRUST },
  "container start": {
    checkpoint: { status: "refused", text: "checkpoints are not supported" },
    "checkpoint-dir": { status: "refused", text: "checkpoints are not supported" },
  },
  "container logs": {
    tail: { status: "differs", text: "what is no number is refused; Docker shows all lines then" },
  },
  "container rm": { link: { status: "refused", text: "links are not supported" } },
  "network connect": {
    "driver-opt": { status: "refused", text: "the bridge driver has no options of a container" },
    link: { status: "refused", text: "links are not supported" },
    "link-local-ip": { status: "refused", text: "link-local addresses are not supported" },
  },
  "network create": {
    driver: { status: "differs", text: "`bridge`; macvlan, ipvlan and overlay are refused" },
    ingress: { status: "refused", text: "there is no swarm" },
    opt: {
      status: "differs",
      text: "options that have no effect are refused, other gateway modes than `nat` too; `enable_icc=false` needs no br_netfilter",
    },
  },
  "image ls": { tree: { status: "refused", text: "an image has one platform here" } },
  "system df": {
    format: {
      status: "differs",
      text: "RECLAIMABLE of images is what no container needs: Docker counts layers there that images in use share",
    },
  },
  "system events": { filter: { status: "differs", text: "an unknown key is refused; Docker ignores it" } },
};
