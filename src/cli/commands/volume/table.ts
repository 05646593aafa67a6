import type { CommandEntry } from "../../command-table.ts";

/** Every command of the group `volume`. */
export const VOLUME_COMMANDS: readonly CommandEntry[] = [
  {
    path: "volume create",
    aliases: [],
    short: "Create a volume",
    load: async () => (await import("./create.ts")).volumeCreate,
  },
  {
    path: "volume ls",
    aliases: ["volume list"],
    short: "List volumes",
    load: async () => (await import("./ls.ts")).volumeLs,
  },
  {
    path: "volume inspect",
    aliases: [],
    short: "Display detailed information on one or more volumes",
    load: async () => (await import("./inspect.ts")).volumeInspect,
  },
  {
    path: "volume rm",
    aliases: ["volume remove"],
    short: "Remove one or more volumes",
    load: async () => (await import("./rm.ts")).volumeRm,
  },
  {
    path: "volume prune",
    aliases: [],
    short: "Remove unused local volumes",
    load: async () => (await import("./prune.ts")).volumePrune,
  },
  {
    path: "volume export",
    aliases: [],
    short: "Write the files of a volume as a tar archive",
    load: async () => (await import("./export.ts")).volumeExport,
  },
  {
    path: "volume import",
    aliases: [],
    short: "Make a volume of a tar archive",
    load: async () => (await import("./import.ts")).volumeImport,
  },
  {
    path: "volume clone",
    aliases: [],
    short: "Make a volume with a copy of another's files",
    load: async () => (await import("./clone.ts")).volumeClone,
  },
];
