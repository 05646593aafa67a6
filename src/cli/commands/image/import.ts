import { errorText } from "../../../base/index.ts";
import type { ArchiveSource } from "../../../engine/index.ts";
import { parsePlatform, parseReference } from "../../../oci/index.ts";
import { CliError } from "../../cli-error.ts";
import { CommandFailed, command } from "../../command.ts";
import { list, text } from "../../flags/kinds.ts";
import type { Io } from "../../io/io.ts";
import { checkArchive } from "../archive-input.ts";

/** `strake image import`. */
export const imageImport = command({
  usage: "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
  flags: {
    change: list("Apply Dockerfile instruction to the created image", { shorthand: "c" }),
    message: text("Set commit message for imported image", { shorthand: "m" }),
    platform: text("Set platform if server is multi-platform capable"),
  },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags, args: [from = "", reference = ""], io }) {
    if (reference !== "") checkName(reference);
    const platform = flags.platform || (io.env.DOCKER_DEFAULT_PLATFORM ?? "");
    const request = {
      // Docker's engine gets a file from its command line like a pipe.
      from: "-",
      changes: flags.change,
      ...(platform === "" ? {} : { platform: parsePlatform(platform) }),
      ...(reference === "" ? {} : { reference }),
      ...(flags.message === "" ? {} : { message: flags.message }),
    };
    const source = toSource(from, io);
    const { images } = await io.engine();
    io.out(`${await images.import(source, request, { signal: io.interruptSignal() })}\n`);
    return 0;
  },
});

function checkName(reference: string): void {
  try {
    parseReference(reference);
  } catch (error) {
    throw new CommandFailed(1, errorText(error));
  }
}

function toSource(from: string, io: Io): ArchiveSource {
  if (from === "-") return { fd: io.stdin };
  if (/^https?:\/\//.test(from)) {
    throw new CliError(`cannot import ${from}: URLs are not supported`, {
      hint: `download it and pipe it in: curl -fsSL ${from} | strake image import -`,
    });
  }
  checkArchive(from);
  return { path: from };
}
