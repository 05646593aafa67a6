import { createHash } from "node:crypto";
import { join } from "node:path";
import { runCommand } from "../measure/run-command.ts";
import type { Tool } from "./tool.ts";

/**
 * Ends what strake still runs for the bench, and takes away the bridge and the nftables table that belong to its data
 * in `folder`: they are named after a hash of that folder, so those of another store on this machine stay.
 */
export async function removeStrakeData(strake: Tool, folder: string): Promise<void> {
  const root = join(folder, "strake");
  const left = (await runCommand(strake.command("ps", "-aq"))).stdout.split("\n").filter((id) => id !== "");
  if (left.length > 0) await runCommand(strake.command("rm", "-f", ...left));
  const hash = createHash("sha256").update(root).digest("hex").slice(0, 8);
  for (const argv of [
    ["ip", "link", "delete", `strake${hash}`],
    ["nft", "delete", "table", "ip", `strake_${hash}`],
  ]) {
    // They are there only when a container had a bridge.
    await runCommand({ argv }).catch(() => undefined);
  }
}
