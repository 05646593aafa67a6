import { isIndexType } from "../../../oci/index.ts";
import { CommandFailed, command } from "../../command.ts";
import { bool } from "../../flags/kinds.ts";
import { openManifestStore, readName } from "./manifest-store.ts";
import { INSECURE, readRemote } from "./read-remote.ts";

/** `strake manifest create`. */
export const manifestCreate = command({
  usage: "MANIFEST_LIST MANIFEST [MANIFEST...]",
  long: "Create a local manifest list for annotating and pushing to a registry",
  flags: {
    amend: bool("Amend an existing manifest list", { shorthand: "a" }),
    insecure: INSECURE,
  },
  args: { min: 2, max: Number.POSITIVE_INFINITY },
  async run({ flags, args, io }) {
    const [list = "", ...names] = args.map(readName);
    const store = openManifestStore(io);
    if (store.read(list) !== undefined && !flags.amend) {
      throw new CommandFailed(1, "refusing to amend an existing manifest list with no --amend flag");
    }
    const manifests = [];
    for (const name of names) {
      const manifest = await readRemote(io, name, { entries: false, insecure: flags.insecure });
      if (isIndexType(manifest.descriptor.mediaType))
        throw new CommandFailed(1, `${name} is a manifest list`);
      manifests.push(manifest);
    }
    for (const manifest of manifests) store.write(list, manifest);
    io.out(`Created manifest list ${list}\n`);
    return 0;
  },
});
