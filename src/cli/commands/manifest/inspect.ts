import { isIndexType } from "../../../oci/index.ts";
import { CommandFailed, command } from "../../command.ts";
import { bool } from "../../flags/kinds.ts";
import { toIndex, toManifestJson } from "./manifest-json.ts";
import { openManifestStore, readName } from "./manifest-store.ts";
import { INSECURE, readRemote } from "./read-remote.ts";

/** `strake manifest inspect`: a list of the user's own, or what a registry has. */
export const manifestInspect = command({
  usage: "[OPTIONS] [MANIFEST_LIST] MANIFEST",
  flags: {
    insecure: INSECURE,
    verbose: bool("Output additional info including layers and platform", { shorthand: "v" }),
  },
  args: { min: 1, max: 2 },
  async run({ flags, args, io }) {
    const [first = "", second] = args.map(readName);
    const store = openManifestStore(io);
    const show = (value: unknown, indent: string | number = "\t") =>
      io.out(`${JSON.stringify(value, null, indent)}\n`);
    const parse = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString());
    if (second !== undefined) {
      const found = store.find(first, second);
      if (found === undefined) throw new CommandFailed(1, `No such manifest: ${args[1]}`);
      show(flags.verbose ? toManifestJson(found) : parse(found.bytes));
      return 0;
    }
    const list = store.read(first);
    if (list !== undefined) {
      if (flags.verbose) show(list.map(toManifestJson));
      else io.out(`${toIndex(list).text}\n`);
      return 0;
    }
    const remote = await readRemote(io, first, { entries: flags.verbose, insecure: flags.insecure });
    const isIndex = isIndexType(remote.descriptor.mediaType);
    if (!flags.verbose) show(parse(remote.bytes), isIndex ? 3 : "\t");
    else show(isIndex ? (remote.entries ?? []).map(toManifestJson) : toManifestJson(remote));
    return 0;
  },
});
