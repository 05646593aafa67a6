import type { TmpfsMount } from "../../../graph/definition.ts";
import type { StepMount } from "./step-mount.ts";

/** An empty file system in memory. */
export function prepareTmpfs({ target, size }: TmpfsMount): StepMount {
  const options = ["nosuid", ...(size > 0 ? [`size=${size}`] : [])];
  return { kind: "folder", mount: { destination: target, type: "tmpfs", source: "tmpfs", options } };
}
