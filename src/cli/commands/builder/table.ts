import type { CommandEntry } from "../../command-table.ts";

/** Every command that has to do with builds. */
export const BUILD_COMMANDS: readonly CommandEntry[] = [
  {
    path: "image build",
    aliases: ["build", "builder build", "buildx build", "buildx b"],
    short: "Build an image from a Dockerfile",
    load: async () => (await import("../build/build.ts")).imageBuild,
  },
  {
    path: "builder prune",
    aliases: ["buildx prune"],
    short: "Remove build cache",
    load: async () => (await import("./prune.ts")).builderPrune,
  },
  {
    path: "builder du",
    aliases: ["buildx du"],
    short: "Show what the build cache holds",
    load: async () => (await import("./du.ts")).builderDu,
  },
  {
    path: "builder why",
    aliases: [],
    short: "Say why the steps of a build ran",
    load: async () => (await import("./why.ts")).builderWhy,
  },
  {
    path: "buildx ls",
    aliases: ["builder ls"],
    short: "List builder instances",
    load: async () => (await import("../buildx/ls.ts")).buildxLs,
  },
  {
    path: "buildx inspect",
    aliases: ["builder inspect"],
    short: "Inspect current builder instance",
    load: async () => (await import("../buildx/inspect.ts")).buildxInspect,
  },
  {
    path: "buildx use",
    aliases: ["builder use"],
    short: "Set the current builder instance",
    load: async () => (await import("../buildx/use.ts")).buildxUse,
  },
  {
    path: "buildx create",
    aliases: ["builder create"],
    short: "Create a new builder instance (not available)",
    load: async () => (await import("../buildx/create.ts")).buildxCreate,
  },
  {
    path: "buildx version",
    aliases: ["builder version"],
    short: "Show buildx version information",
    load: async () => (await import("../buildx/version.ts")).buildxVersion,
  },
];
