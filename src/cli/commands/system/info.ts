import { dockerInfoType, toInfo } from "../../../api/index.ts";
import { VERSION } from "../../../base/index.ts";
import type { SystemInfo } from "../../../engine/index.ts";
import { hostPlatform } from "../../../oci/index.ts";
import { goTyped } from "../../../template/index.ts";
import { command } from "../../command.ts";
import type { Io } from "../../io/io.ts";
import { BUILD } from "../../version.ts";
import { INSPECT_FORMAT } from "../shared-flags.ts";
import { formatInfo } from "./info-text.ts";
import { writeObject } from "./write-object.ts";

/** `strake system info`. */
export const systemInfo = command({
  usage: "[OPTIONS]",
  flags: { format: INSPECT_FORMAT },
  args: { min: 0, max: 0 },
  async run({ flags: { format }, io }) {
    const { system } = await io.engine();
    const info = await system.info();
    if (format === "") {
      io.out(formatInfo(info, io.settings));
      io.err(info.warnings.map((warning) => `${warning}\n`).join(""));
    } else {
      writeObject(goTyped(dockerInfoType, withClient(info, io)), { format }, io);
    }
    return 0;
  },
});

/** The engine's facts beside those of this program, in one object as in Docker. */
function withClient(info: SystemInfo, { settings }: Io): Readonly<Record<string, unknown>> {
  const { os, architecture } = hostPlatform();
  const client = {
    Debug: settings.debug,
    Version: VERSION,
    GitCommit: BUILD,
    Os: os,
    Arch: architecture,
    Context: "default",
    Plugins: [],
    Warnings: null,
  };
  return { ...toInfo(info), ClientInfo: client };
}
