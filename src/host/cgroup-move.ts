import { writeFile } from "node:fs/promises";
import { cgroupFoldersOf } from "./cgroup-facts.ts";
import { O_WRONLY } from "./constants.ts";

/**
 * Has the kernel prepare for processes to be moved into cgroups, and returns at once. The first move after a while waits
 * 5 to 15 ms for all processors (an RCU grace period), those in the hundredth of a second after it do not: call this when
 * another program is about to make one. It is done by a move that changes nothing, of this process to where it is, and
 * where that is refused nothing happens.
 */
export function prepareCgroupMove(): void {
  const [folder] = cgroupFoldersOf(process.pid).values();
  if (folder === undefined) return;
  // "0" is the process that writes (cgroups(7)).
  writeFile(`${folder}/cgroup.procs`, "0", { flag: O_WRONLY }).catch(() => {});
}
