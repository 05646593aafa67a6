import { CommandFailed, command } from "../../command.ts";
import { strings, text } from "../../flags/kinds.ts";
import { openManifestStore, readName } from "./manifest-store.ts";

const OS =
  "aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 windows";
const ARCHITECTURES =
  "386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm";

/** `strake manifest annotate`. */
export const manifestAnnotate = command({
  usage: "[OPTIONS] MANIFEST_LIST MANIFEST",
  long: "Add additional information to a local image manifest",
  flags: {
    arch: text("Set architecture"),
    os: text("Set operating system"),
    "os-features": strings("Set operating system feature"),
    "os-version": text("Set operating system version"),
    variant: text("Set architecture variant"),
  },
  args: { min: 2, max: 2 },
  async run({ flags, args, io }) {
    const [list = "", name = ""] = args.map(readName);
    const store = openManifestStore(io);
    const manifest = store.find(list, name);
    if (manifest === undefined) {
      throw new CommandFailed(1, `manifest for image ${args[1]} does not exist in ${args[0]}`);
    }
    const before = manifest.descriptor.platform ?? { os: "", architecture: "" };
    const platform = {
      ...before,
      ...(flags.arch === "" ? {} : { architecture: flags.arch }),
      ...(flags.os === "" ? {} : { os: flags.os }),
      ...(flags.variant === "" ? {} : { variant: flags.variant }),
      ...(flags["os-version"] === "" ? {} : { "os.version": flags["os-version"] }),
      ...(flags["os-features"].length === 0
        ? {}
        : { "os.features": [...new Set([...(before["os.features"] ?? []), ...flags["os-features"]])] }),
    };
    const { os, architecture } = platform;
    if (!OS.split(" ").includes(os) || !ARCHITECTURES.split(" ").includes(architecture)) {
      throw new CommandFailed(
        1,
        `manifest entry for image has unsupported os/arch combination: ${os}/${architecture}`,
      );
    }
    store.write(list, { ...manifest, descriptor: { ...manifest.descriptor, platform } });
    return 0;
  },
});
