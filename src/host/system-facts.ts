import { readFileSync } from "node:fs";
import { availableParallelism, release, totalmem } from "node:os";

/** The number of processors this process may run on. */
export function cpuCount(): number {
  return availableParallelism();
}

/** Bytes of main memory. */
export function memoryTotal(): number {
  return totalmem();
}

/** The kernel's release, such as `6.1.0-18-amd64`. */
export function kernelVersion(): string {
  return release();
}

/** Nanoseconds of processor time of the whole machine since boot, with and without the idle ones; time stolen by a hypervisor is in neither (proc_stat(5)). */
export function systemCpuNs(): { readonly total: number; readonly busy: number } {
  const line = readFileSync("/proc/stat", "utf8").split("\n", 1)[0] ?? "";
  const ticks = line.trim().split(/\s+/).slice(1, 8).map(Number);
  const total = ticks.reduce((sum, value) => sum + value, 0);
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
  return { total: total * NS_PER_TICK, busy: (total - idle) * NS_PER_TICK };
}

// USER_HZ is 100 on x64 and arm64.
const NS_PER_TICK = 10_000_000;
