import { errorText } from "../../../base/index.ts";
import { formatPlatform, parseReference, platformMatches } from "../../../oci/index.ts";
import { CommandFailed, command } from "../../command.ts";
import { bool, text } from "../../flags/kinds.ts";
import { parseImagePlace } from "../../values/image-place.ts";
import { readPlatform } from "../read-platform.ts";
import { CONTENT_TRUST, checkContentTrust } from "../shared-flags.ts";
import { formatLoaded, loadFrom } from "./image-place-transfer.ts";
import { pullShown } from "./pull-shown.ts";

/** `strake image pull`. */
export const imagePull = command({
  usage: "[OPTIONS] NAME[:TAG|@DIGEST]",
  flags: {
    "all-tags": bool("Download all tagged images in the repository", { shorthand: "a" }),
    "disable-content-trust": CONTENT_TRUST,
    platform: text("Set platform if server is multi-platform capable"),
    quiet: bool("Suppress verbose output", { shorthand: "q" }),
  },
  args: { min: 1, max: 1 },
  async run({ flags, args: [name = ""], io }) {
    checkContentTrust(flags["disable-content-trust"]);
    const place = parseImagePlace(name);
    if (place !== undefined) {
      const options = { ...readPlatform(flags.platform), signal: io.interruptSignal() };
      const loaded = await loadFrom(io, place, options);
      if (!flags.quiet) io.out(loaded.map(formatLoaded).join(""));
      return 0;
    }
    const reference = readName(name);
    const hasTag = reference.tag !== undefined || reference.digest !== undefined;
    const allTags = flags["all-tags"];
    if (allTags && hasTag) throw new CommandFailed(1, "tag can't be used with --all-tags/-a");
    if (!allTags && !hasTag && !flags.quiet) io.out("Using default tag: latest\n");
    const options = readPlatform(flags.platform || (io.env.DOCKER_DEFAULT_PLATFORM ?? ""));
    const view = { stream: "stdout", quiet: flags.quiet } as const;
    const pulled = await pullShown(io, { name, options: { ...options, allTags }, view });
    const { platform } = options;
    for (const { image } of platform === undefined ? [] : pulled) {
      if (platform === undefined || platformMatches(image.config, platform)) continue;
      io.err(
        `WARNING: image with reference ${name} was found but its platform (${formatPlatform(image.config)}) does not match the specified platform (${formatPlatform(platform)})\n`,
      );
    }
    return 0;
  },
});

function readName(name: string) {
  try {
    return parseReference(name);
  } catch (error) {
    throw new CommandFailed(1, errorText(error));
  }
}
