import { errorText } from "../../../base/index.ts";
import { parseReference } from "../../../oci/index.ts";
import { CliError } from "../../cli-error.ts";
import { CommandFailed, command } from "../../command.ts";
import { credentialsOf } from "../../credentials/find-credential.ts";
import { bool, text } from "../../flags/kinds.ts";
import { showTransfer } from "../../transfer-progress.ts";
import { parseImagePlace } from "../../values/image-place.ts";
import { readPlatform } from "../read-platform.ts";
import { CONTENT_TRUST, checkContentTrust } from "../shared-flags.ts";
import { saveTo } from "./image-place-transfer.ts";
import { withoutPrefix } from "./pull-shown.ts";

/** `strake image push`. */
export const imagePush = command({
  usage: "[OPTIONS] NAME[:TAG] [PLACE]",
  long: "Upload an image to a registry, or put it into PLACE: oci:PATH[:TAG] (a folder), oci-archive:PATH or\ndocker-archive:PATH (a tar).",
  flags: {
    "all-tags": bool("Push all tags of an image to the repository", { shorthand: "a" }),
    compression: text('Compress layers with "gzip" or "zstd" (default: as they came, else gzip)'),
    "disable-content-trust": CONTENT_TRUST,
    platform: text(
      "Push a platform-specific manifest as a single-platform image to the registry.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
    ),
    quiet: bool("Suppress verbose output", { shorthand: "q" }),
  },
  args: { min: 1, max: 2 },
  async run({ flags, args: [name = "", target], io }) {
    checkContentTrust(flags["disable-content-trust"]);
    if (target !== undefined) {
      const place = parseImagePlace(target);
      if (place === undefined) {
        throw new CliError(`cannot push to "${target}": it is no oci:, oci-archive: or docker-archive: path`);
      }
      const options = { ...readPlatform(flags.platform), signal: io.interruptSignal() };
      await saveTo(io, place, { names: [name], options });
      return 0;
    }
    const reference = readName(name);
    const hasTag = reference.tag !== undefined;
    const allTags = flags["all-tags"];
    if (allTags && hasTag) throw new CommandFailed(1, "tag can't be used with --all-tags/-a");
    if (!allTags && !hasTag && !flags.quiet) io.out("Using default tag: latest\n");
    const { images } = await io.engine();
    const progress = showTransfer(io, { stream: "stdout", quiet: flags.quiet });
    const pushed = await images
      .push(name, {
        ...readPlatform(flags.platform),
        ...readCompression(flags.compression),
        ...progress.options,
        allTags,
        credentials: credentialsOf(io),
        signal: io.interruptSignal(),
      })
      .catch((error: unknown) => withoutPrefix(error, progress))
      .finally(() => progress.end());
    if (flags.quiet) {
      const { formatReference } = await import("../../../oci/index.ts");
      const [first] = pushed;
      if (first !== undefined) io.out(`${formatReference(allTags ? reference : first.reference)}\n`);
    }
    return 0;
  },
});

function readName(name: string) {
  try {
    const reference = parseReference(name);
    if (reference.digest === undefined) return reference;
  } catch (error) {
    throw new CommandFailed(1, errorText(error));
  }
  throw new CommandFailed(1, "cannot push a digest reference");
}

function readCompression(text: string): { readonly compression?: "gzip" | "zstd" } {
  if (text === "") return {};
  if (text === "gzip" || text === "zstd") return { compression: text };
  throw new CliError(`invalid --compression "${text}": must be "gzip" or "zstd"`);
}
