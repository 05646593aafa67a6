import { bool, bytes, int, list, map, parsed, uint } from "../../../flags/kinds.ts";
import {
  checkCgroupRule,
  parseThrottleBps,
  parseThrottleIops,
  parseWeightDevice,
  refuseGpus,
} from "../../../values/device.ts";
import { checkSysctl, parseUlimit } from "../../../values/limits.ts";

/** Devices, kernel limits, and what only other systems have. */
export const DEVICE_FLAGS = {
  "blkio-weight-device": parsed("list", "Block IO weight (relative device weight)", {
    shownDefault: "[]",
    parse: parseWeightDevice,
  }),
  device: list("Add a host device to the container"),
  "device-cgroup-rule": list("Add a rule to the cgroup allowed devices list", { check: checkCgroupRule }),
  "device-read-bps": parsed("list", "Limit read rate (bytes per second) from a device", {
    shownDefault: "[]",
    parse: parseThrottleBps,
  }),
  "device-read-iops": parsed("list", "Limit read rate (IO per second) from a device", {
    shownDefault: "[]",
    parse: parseThrottleIops,
  }),
  "device-write-bps": parsed("list", "Limit write rate (bytes per second) to a device", {
    shownDefault: "[]",
    parse: parseThrottleBps,
  }),
  "device-write-iops": parsed("list", "Limit write rate (IO per second) to a device", {
    shownDefault: "[]",
    parse: parseThrottleIops,
  }),
  "memory-swappiness": int("Tune container memory swappiness (0 to 100)", { initial: -1 }),
  "oom-kill-disable": bool("Disable OOM Killer"),
  "oom-score-adj": int("Tune host's OOM preferences (-1000 to 1000)"),
  ulimit: parsed("ulimit", "Ulimit options", { shownDefault: "[]", parse: parseUlimit }),
  sysctl: map("Sysctl options", { check: checkSysctl }),
  "cpu-count": int("CPU count (Windows only)", { hidden: true }),
  "cpu-percent": int("CPU percent (Windows only)", { hidden: true }),
  "io-maxbandwidth": bytes("Maximum IO bandwidth limit for the system drive (Windows only)", {
    hidden: true,
  }),
  "io-maxiops": uint("Maximum IOps limit for the system drive (Windows only)", { hidden: true }),
  "kernel-memory": bytes("Kernel memory limit"),
  gpus: parsed("gpu-request", "GPU devices to add to the container ('all' to pass all GPUs)", {
    parse: refuseGpus,
  }),
};
