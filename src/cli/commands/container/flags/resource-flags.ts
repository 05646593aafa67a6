import { bytes, cpus, int, text, uint16 } from "../../../flags/kinds.ts";

/** Limits that a container gets when it is made and that `update` changes. */
export const RESOURCE_FLAGS = {
  "blkio-weight": uint16("Block IO (relative weight), between 10 and 1000, or 0 to disable", {
    shownDefault: "0",
  }),
  "cpu-period": int("Limit CPU CFS (Completely Fair Scheduler) period"),
  "cpu-quota": int("Limit CPU CFS (Completely Fair Scheduler) quota"),
  "cpu-rt-period": int("Limit CPU real-time period in microseconds"),
  "cpu-rt-runtime": int("Limit CPU real-time runtime in microseconds"),
  "cpu-shares": int("CPU shares (relative weight)", { shorthand: "c" }),
  cpus: cpus("Number of CPUs"),
  "cpuset-cpus": text("CPUs in which to allow execution (0-3, 0,1)"),
  "cpuset-mems": text("MEMs in which to allow execution (0-3, 0,1)"),
  memory: bytes("Memory limit", { shorthand: "m" }),
  "memory-reservation": bytes("Memory soft limit"),
  "memory-swap": bytes("Swap limit equal to memory plus swap: '-1' to enable unlimited swap", {
    unlimited: true,
  }),
  "pids-limit": int("Tune container pids limit (set -1 for unlimited)"),
};
