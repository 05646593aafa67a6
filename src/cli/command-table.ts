import type { Command } from "./command.ts";
import { BUILD_COMMANDS } from "./commands/builder/table.ts";
import { NETWORK_COMMANDS } from "./commands/network/table.ts";
import { VOLUME_COMMANDS } from "./commands/volume/table.ts";

/** A command by its names; its module is loaded when it is called. */
export interface CommandEntry {
  /** `container run`. */
  readonly path: string;
  /** Other names; one of a single word is the short form with a usage line of its own. */
  readonly aliases: readonly string[];
  readonly short: string;
  readonly load: () => Promise<Command>;
}

/** Words that lead to more commands. */
export const GROUPS: Readonly<Record<string, string>> = {
  builder: "Manage builds",
  buildx: "Extended build capabilities",
  container: "Manage containers",
  image: "Manage images",
  manifest: "Manage Docker image manifests and manifest lists",
  network: "Manage networks",
  system: "Manage Strake",
  volume: "Manage volumes",
};

/** Short forms that the help names first. */
export const COMMON: readonly string[] = [
  "run",
  "exec",
  "ps",
  "build",
  "pull",
  "push",
  "images",
  "login",
  "logout",
  "search",
  "version",
];

/** Every command of Strake. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    path: "container run",
    aliases: ["run"],
    short: "Create and run a new container from an image",
    load: async () => (await import("./commands/container/run.ts")).containerRun,
  },
  {
    path: "container create",
    aliases: ["create"],
    short: "Create a new container",
    load: async () => (await import("./commands/container/create.ts")).containerCreate,
  },
  {
    path: "container start",
    aliases: ["start"],
    short: "Start one or more stopped containers",
    load: async () => (await import("./commands/container/start.ts")).containerStart,
  },
  {
    path: "container stop",
    aliases: ["stop"],
    short: "Stop one or more running containers",
    load: async () => (await import("./commands/container/stop.ts")).containerStop,
  },
  {
    path: "container restart",
    aliases: ["restart"],
    short: "Restart one or more containers",
    load: async () => (await import("./commands/container/restart.ts")).containerRestart,
  },
  {
    path: "container kill",
    aliases: ["kill"],
    short: "Kill one or more running containers",
    load: async () => (await import("./commands/container/kill.ts")).containerKill,
  },
  {
    path: "container rm",
    aliases: ["container remove", "rm"],
    short: "Remove one or more containers",
    load: async () => (await import("./commands/container/rm.ts")).containerRm,
  },
  {
    path: "container rename",
    aliases: ["rename"],
    short: "Rename a container",
    load: async () => (await import("./commands/container/rename.ts")).containerRename,
  },
  {
    path: "container pause",
    aliases: ["pause"],
    short: "Pause all processes within one or more containers",
    load: async () => (await import("./commands/container/pause.ts")).containerPause,
  },
  {
    path: "container unpause",
    aliases: ["unpause"],
    short: "Unpause all processes within one or more containers",
    load: async () => (await import("./commands/container/unpause.ts")).containerUnpause,
  },
  {
    path: "container wait",
    aliases: ["wait"],
    short: "Block until one or more containers stop, then print their exit codes",
    load: async () => (await import("./commands/container/wait.ts")).containerWait,
  },
  {
    path: "container ls",
    aliases: ["container list", "container ps", "ps"],
    short: "List containers",
    load: async () => (await import("./commands/container/ls.ts")).containerLs,
  },
  {
    path: "container inspect",
    aliases: [],
    short: "Display detailed information on one or more containers",
    load: async () => (await import("./commands/container/inspect.ts")).containerInspect,
  },
  {
    path: "container logs",
    aliases: ["logs"],
    short: "Fetch the logs of a container",
    load: async () => (await import("./commands/container/logs.ts")).containerLogs,
  },
  {
    path: "container attach",
    aliases: ["attach"],
    short: "Attach local standard input, output, and error streams to a running container",
    load: async () => (await import("./commands/container/attach.ts")).containerAttach,
  },
  {
    path: "container exec",
    aliases: ["exec"],
    short: "Execute a command in a running container",
    load: async () => (await import("./commands/container/exec.ts")).containerExec,
  },
  {
    path: "container cp",
    aliases: ["cp"],
    short: "Copy files/folders between a container and the local filesystem",
    load: async () => (await import("./commands/container/cp.ts")).containerCp,
  },
  {
    path: "container diff",
    aliases: ["diff"],
    short: "Inspect changes to files or directories on a container's filesystem",
    load: async () => (await import("./commands/container/diff.ts")).containerDiff,
  },
  {
    path: "container commit",
    aliases: ["commit"],
    short: "Create a new image from a container's changes",
    load: async () => (await import("./commands/container/commit.ts")).containerCommit,
  },
  {
    path: "container top",
    aliases: ["top"],
    short: "Display the running processes of a container",
    load: async () => (await import("./commands/container/top.ts")).containerTop,
  },
  {
    path: "container stats",
    aliases: ["stats"],
    short: "Display a live stream of container(s) resource usage statistics",
    load: async () => (await import("./commands/container/stats.ts")).containerStats,
  },
  {
    path: "container port",
    aliases: ["port"],
    short: "List port mappings or a specific mapping for the container",
    load: async () => (await import("./commands/container/port.ts")).containerPort,
  },
  {
    path: "container update",
    aliases: ["update"],
    short: "Update configuration of one or more containers",
    load: async () => (await import("./commands/container/update.ts")).containerUpdate,
  },
  {
    path: "container prune",
    aliases: [],
    short: "Remove all stopped containers",
    load: async () => (await import("./commands/container/prune.ts")).containerPrune,
  },
  {
    path: "container export",
    aliases: ["export"],
    short: "Export a container's filesystem as a tar archive",
    load: async () => (await import("./commands/container/export.ts")).containerExport,
  },
  {
    path: "image ls",
    aliases: ["image list", "images"],
    short: "List images",
    load: async () => (await import("./commands/image/ls.ts")).imageLs,
  },
  {
    path: "image pull",
    aliases: ["pull"],
    short: "Download an image from a registry",
    load: async () => (await import("./commands/image/pull.ts")).imagePull,
  },
  {
    path: "image push",
    aliases: ["push"],
    short: "Upload an image to a registry",
    load: async () => (await import("./commands/image/push.ts")).imagePush,
  },
  {
    path: "image tag",
    aliases: ["tag"],
    short: "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
    load: async () => (await import("./commands/image/tag.ts")).imageTag,
  },
  {
    path: "image rm",
    aliases: ["image remove", "rmi"],
    short: "Remove one or more images",
    load: async () => (await import("./commands/image/rm.ts")).imageRm,
  },
  {
    path: "image prune",
    aliases: [],
    short: "Remove unused images",
    load: async () => (await import("./commands/image/prune.ts")).imagePrune,
  },
  {
    path: "image inspect",
    aliases: [],
    short: "Display detailed information on one or more images",
    load: async () => (await import("./commands/image/inspect.ts")).imageInspect,
  },
  {
    path: "image history",
    aliases: ["history"],
    short: "Show the history of an image",
    load: async () => (await import("./commands/image/history.ts")).imageHistory,
  },
  {
    path: "image import",
    aliases: ["import"],
    short: "Import the contents from a tarball to create a filesystem image",
    load: async () => (await import("./commands/image/import.ts")).imageImport,
  },
  {
    path: "image load",
    aliases: ["load"],
    short: "Load an image from a tar archive or STDIN",
    load: async () => (await import("./commands/image/load.ts")).imageLoad,
  },
  {
    path: "image save",
    aliases: ["save"],
    short: "Save one or more images to a tar archive (streamed to STDOUT by default)",
    load: async () => (await import("./commands/image/save.ts")).imageSave,
  },
  ...NETWORK_COMMANDS,
  ...VOLUME_COMMANDS,
  ...BUILD_COMMANDS,
  {
    path: "system df",
    aliases: [],
    short: "Show disk usage",
    load: async () => (await import("./commands/system/df.ts")).systemDf,
  },
  {
    path: "system info",
    aliases: ["info"],
    short: "Display system-wide information",
    load: async () => (await import("./commands/system/info.ts")).systemInfo,
  },
  {
    path: "system prune",
    aliases: [],
    short: "Remove unused data",
    load: async () => (await import("./commands/system/prune.ts")).systemPrune,
  },
  {
    path: "system events",
    aliases: ["events"],
    short: "Get real time events from the server",
    load: async () => (await import("./commands/system/events.ts")).systemEvents,
  },
  {
    path: "inspect",
    aliases: [],
    short: "Return low-level information on Strake objects",
    load: async () => (await import("./commands/system/inspect.ts")).inspect,
  },
  {
    path: "manifest inspect",
    aliases: [],
    short: "Display an image manifest, or manifest list",
    load: async () => (await import("./commands/manifest/inspect.ts")).manifestInspect,
  },
  {
    path: "manifest create",
    aliases: [],
    short: "Create a local manifest list for annotating and pushing to a registry",
    load: async () => (await import("./commands/manifest/create.ts")).manifestCreate,
  },
  {
    path: "manifest annotate",
    aliases: [],
    short: "Add additional information to a local image manifest",
    load: async () => (await import("./commands/manifest/annotate.ts")).manifestAnnotate,
  },
  {
    path: "manifest push",
    aliases: [],
    short: "Push a manifest list to a repository",
    load: async () => (await import("./commands/manifest/push.ts")).manifestPush,
  },
  {
    path: "manifest rm",
    aliases: [],
    short: "Delete one or more manifest lists from local storage",
    load: async () => (await import("./commands/manifest/rm.ts")).manifestRm,
  },
  {
    path: "login",
    aliases: [],
    short: "Authenticate to a registry",
    load: async () => (await import("./commands/registry/login.ts")).login,
  },
  {
    path: "logout",
    aliases: [],
    short: "Log out from a registry",
    load: async () => (await import("./commands/registry/logout.ts")).logout,
  },
  {
    path: "search",
    aliases: [],
    short: "Search Docker Hub for images",
    load: async () => (await import("./commands/registry/search.ts")).search,
  },
  {
    path: "version",
    aliases: [],
    short: "Show the Strake version information",
    load: async () => (await import("./commands/system/version.ts")).version,
  },
  {
    path: "image bootstrap",
    aliases: [],
    short: "Make a base image from the Debian archive",
    load: async () => (await import("./commands/image/bootstrap.ts")).imageBootstrap,
  },
  {
    path: "demo",
    aliases: [],
    short: "Walk through the tutorial, showing each command and its output",
    load: async () => (await import("./commands/system/demo.ts")).demo,
  },
];

/** The command that `path` names, under any of its names. */
export function findCommand(path: string): CommandEntry | undefined {
  return COMMANDS.find((entry) => entry.path === path || entry.aliases.includes(path));
}

/** The path as the usage line shows it: a short form stays, an alias inside a group gives the main name. */
export function shownPath(entry: CommandEntry, typed: string): string {
  return typed.includes(" ") ? entry.path : typed;
}

/** The commands of a group with their last word. */
export function commandsOf(group: string): { readonly name: string; readonly short: string }[] {
  return COMMANDS.flatMap((entry) => {
    const path = [entry.path, ...entry.aliases].find((name) => name.startsWith(`${group} `));
    return path === undefined ? [] : [{ name: path.slice(group.length + 1), short: entry.short }];
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The commands that are called by one word. */
export function topCommands(): { readonly name: string; readonly short: string }[] {
  return COMMANDS.flatMap(({ path, aliases, short }) =>
    [path, ...aliases].filter((name) => !name.includes(" ")).map((name) => ({ name, short })),
  ).sort((a, b) => (a.name < b.name ? -1 : 1));
}
