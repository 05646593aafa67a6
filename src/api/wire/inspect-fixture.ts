import type { ContainerView, EndpointState, ImageView } from "../../engine/index.ts";

/** Docker's recorded answers; each text is exactly what `docker inspect` printed. */
export async function readAnswer(name: string): Promise<string> {
  return Bun.file(new URL(`testdata/${name}`, import.meta.url)).text();
}

/** The view that the engine would give of the container that Docker's answer shows. */
export async function readContainerView(): Promise<ContainerView> {
  const [shown] = JSON.parse(await readAnswer("container.txt"));
  const { MacAddress, ...config } = shown.Config;
  const endpoints = Object.entries<Record<string, string>>(shown.NetworkSettings.Networks).map(
    ([name, one]) => toEndpointState(name, one),
  );
  return {
    record: {
      id: shown.Id,
      name: shown.Name.slice(1),
      created: shown.Created,
      imageId: shown.Image,
      path: shown.Path,
      args: shown.Args,
      config,
      hostConfig: shown.HostConfig,
      endpoints: Object.fromEntries(
        endpoints.map(({ networkName, request }) => [networkName, { ...request, MacAddress }]),
      ),
      mounts: shown.Mounts,
      state: {
        status: shown.State.Status,
        process: { pid: shown.State.Pid, monitorPid: 1, monitorStartTime: "1" },
      },
      startedAt: shown.State.StartedAt,
      finishedAt: shown.State.FinishedAt,
      exitCode: 0,
      oomKilled: false,
      error: "",
      restartCount: shown.RestartCount,
      stoppedByUser: false,
      network: {
        sandboxKey: shown.NetworkSettings.SandboxKey,
        sandboxId: shown.NetworkSettings.SandboxID,
        endpoints,
        ports: shown.NetworkSettings.Ports,
      },
      health: shown.State.Health,
      platform: shown.Platform,
    },
    imageName: shown.Config.Image,
    execIds: [],
    status: "Up 4 seconds (healthy)",
    graph: { name: shown.GraphDriver.Name, data: shown.GraphDriver.Data },
    paths: {
      resolvConf: shown.ResolvConfPath,
      hostname: shown.HostnamePath,
      hosts: shown.HostsPath,
      log: shown.LogPath,
    },
    sizeRw: shown.SizeRw,
    sizeRootFs: shown.SizeRootFs,
  };
}

function toEndpointState(networkName: string, shown: Record<string, unknown>): EndpointState {
  const { IPAMConfig, Aliases } = shown as { IPAMConfig: object; Aliases: string[] };
  return {
    networkId: String(shown.NetworkID),
    networkName,
    endpointId: String(shown.EndpointID),
    macAddress: String(shown.MacAddress),
    address: String(shown.IPAddress),
    prefixLength: Number(shown.IPPrefixLen),
    gateway: String(shown.Gateway),
    request: { ...IPAMConfig, Aliases },
  };
}

/** The view of the image that Docker's answer shows. */
export async function readImageView(): Promise<ImageView> {
  const [shown] = JSON.parse(await readAnswer("image.txt"));
  const config = {
    created: shown.Created,
    author: shown.Author,
    architecture: shown.Architecture,
    os: shown.Os,
    config: JSON.parse(await readAnswer("image-typed.txt")).Config,
    rootfs: { type: "layers", diff_ids: shown.RootFS.Layers },
    history: [{ comment: "not the last" }, { comment: shown.Comment }],
    docker_version: shown.DockerVersion,
  } as const;
  return {
    id: shown.Id,
    parent: shown.Parent,
    repoTags: shown.RepoTags,
    repoDigests: shown.RepoDigests,
    created: 0,
    size: shown.Size,
    labels: {},
    image: {
      id: shown.Id,
      config,
      configBytes: new Uint8Array(),
      size: shown.Size,
      parent: shown.Parent,
      top: undefined,
    },
    lastTagTime: shown.Metadata.LastTagTime,
    graph: { name: shown.GraphDriver.Name, data: shown.GraphDriver.Data },
  };
}
