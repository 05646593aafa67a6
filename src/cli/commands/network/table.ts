import type { CommandEntry } from "../../command-table.ts";

/** Every command of the group `network`. */
export const NETWORK_COMMANDS: readonly CommandEntry[] = [
  {
    path: "network create",
    aliases: [],
    short: "Create a network",
    load: async () => (await import("./create.ts")).networkCreate,
  },
  {
    path: "network ls",
    aliases: ["network list"],
    short: "List networks",
    load: async () => (await import("./ls.ts")).networkLs,
  },
  {
    path: "network inspect",
    aliases: [],
    short: "Display detailed information on one or more networks",
    load: async () => (await import("./inspect.ts")).networkInspect,
  },
  {
    path: "network rm",
    aliases: ["network remove"],
    short: "Remove one or more networks",
    load: async () => (await import("./rm.ts")).networkRm,
  },
  {
    path: "network prune",
    aliases: [],
    short: "Remove all unused networks",
    load: async () => (await import("./prune.ts")).networkPrune,
  },
  {
    path: "network connect",
    aliases: [],
    short: "Connect a container to a network",
    load: async () => (await import("./connect.ts")).networkConnect,
  },
  {
    path: "network disconnect",
    aliases: [],
    short: "Disconnect a container from a network",
    load: async () => (await import("./disconnect.ts")).networkDisconnect,
  },
];
