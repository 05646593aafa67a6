import { CommandFailed, command } from "../../command.ts";
import { openManifestStore, readName } from "./manifest-store.ts";

/** `strake manifest rm`. */
export const manifestRm = command({
  usage: "MANIFEST_LIST [MANIFEST_LIST...]",
  long: "Delete one or more manifest lists from local storage",
  flags: {},
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ args, io }) {
    const store = openManifestStore(io);
    const missing = args.filter((name) => !store.remove(readName(name)));
    if (missing.length === 0) return 0;
    throw new CommandFailed(1, missing.map((name) => `No such manifest: ${name}`).join("\n"));
  },
});
