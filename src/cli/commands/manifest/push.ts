import { CommandFailed, command } from "../../command.ts";
import { credentialsOf } from "../../credentials/find-credential.ts";
import { bool } from "../../flags/kinds.ts";
import { toIndex } from "./manifest-json.ts";
import { openManifestStore, readName } from "./manifest-store.ts";
import { INSECURE } from "./read-remote.ts";

/** `strake manifest push`. */
export const manifestPush = command({
  usage: "[OPTIONS] MANIFEST_LIST",
  long: "Push a manifest list to a repository",
  flags: {
    insecure: INSECURE,
    purge: bool("Remove the local manifest list after push", { shorthand: "p" }),
  },
  args: { min: 1, max: 1 },
  async run({ flags, args: [name = ""], io }) {
    const list = readName(name);
    const store = openManifestStore(io);
    const manifests = store.read(list);
    if (manifests === undefined) throw new CommandFailed(1, `No such manifest: ${name}`);
    const { text, mediaType } = toIndex(manifests);
    const { images } = await io.engine();
    const { digest } = await images.pushIndex(
      list,
      {
        bytes: Buffer.from(text),
        mediaType,
        manifests: manifests.map(({ reference, bytes, descriptor }) => ({
          reference,
          bytes,
          mediaType: descriptor.mediaType,
        })),
      },
      {
        insecure: flags.insecure,
        credentials: credentialsOf(io),
        signal: io.interruptSignal(),
        onProgress: (event) => io.out(`${event.text}\n`),
      },
    );
    if (flags.purge) store.remove(list);
    io.out(`${digest}\n`);
    return 0;
  },
});
