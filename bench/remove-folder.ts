import { readFileSync, rmSync } from "node:fs";
import { runCommand } from "./measure/run-command.ts";

/** Removes the bench's folder, but never through a mount: what is still mounted in it is unmounted before. */
export async function removeFolder(folder: string): Promise<void> {
  const mounted = () =>
    readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .map((line) =>
        (line.split(" ")[4] ?? "").replace(/\\([0-7]{3})/g, (_, octal) =>
          String.fromCharCode(parseInt(octal, 8)),
        ),
      )
      .filter((point) => point === folder || point.startsWith(`${folder}/`));
  for (const point of mounted().reverse()) await runCommand({ argv: ["umount", point] });
  if (mounted().length > 0) throw new Error(`still mounted in ${folder}: not removed`);
  rmSync(folder, { recursive: true, force: true });
}
