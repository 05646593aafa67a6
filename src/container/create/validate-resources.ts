import { type HostConfig, type HostFacts, readIdList } from "../../spec/index.ts";
import { invalid } from "./errors.ts";

const MINIMUM_MEMORY = 6 * 1024 * 1024;

type Facts = Pick<HostFacts, "cpus" | "onlineCpus" | "memoryNodes">;

/** Checks the limits of a request. Throws `invalidArgument` with Docker's texts. */
export function validateResources(asked: Partial<HostConfig>, facts: Facts): void {
  validateMemory(asked);
  validateCpu(asked, facts);
  checkIds("cpuset cpus", "CPUs", asked.CpusetCpus, facts.onlineCpus);
  checkIds("cpuset mems", "memory nodes", asked.CpusetMems, facts.memoryNodes);
}

function validateMemory(asked: Partial<HostConfig>): void {
  const { Memory: memory = 0, MemorySwap: swap = 0, MemoryReservation: reservation = 0 } = asked;
  const swappiness = asked.MemorySwappiness ?? -1;
  if (memory !== 0 && memory < MINIMUM_MEMORY) throw invalid("Minimum memory limit allowed is 6MB");
  if (memory > 0 && swap > 0 && swap < memory) {
    throw invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
  }
  if (memory === 0 && swap > 0) {
    throw invalid("You should always set the Memory limit when using Memoryswap limit, see usage");
  }
  if (swappiness < -1 || swappiness > 100) {
    throw invalid(`Invalid value: ${swappiness}, valid memory swappiness range is 0-100`);
  }
  if (reservation !== 0 && reservation < MINIMUM_MEMORY) {
    throw invalid("Minimum memory reservation allowed is 6MB");
  }
  if (memory > 0 && memory < reservation) {
    throw invalid("Minimum memory limit can not be less than memory reservation limit, see usage");
  }
  if ((asked.ShmSize ?? 0) < 0) throw invalid("SHM size can not be less than 0");
}

function validateCpu(asked: Partial<HostConfig>, facts: Facts): void {
  const { NanoCpus: nano = 0, CpuPeriod: period = 0, CpuQuota: quota = 0, CpuShares: shares = 0 } = asked;
  const { CpuRealtimePeriod: realtimePeriod = 0, CpuRealtimeRuntime: realtimeRuntime = 0 } = asked;
  if (nano !== 0 && period !== 0) {
    throw invalid("Conflicting options: Nano CPUs and CPU Period cannot both be set");
  }
  if (nano !== 0 && quota !== 0) {
    throw invalid("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
  }
  if (nano < 0 || nano > facts.cpus * 1e9) {
    throw invalid(
      `range of CPUs is from 0.01 to ${facts.cpus.toFixed(2)}, as there are only ${facts.cpus} CPUs available`,
    );
  }
  if (shares < 0) throw invalid(`invalid CPU shares (${shares}): value must be a positive integer`);
  if (realtimePeriod !== 0 && realtimeRuntime > realtimePeriod) {
    throw invalid("cpu real-time runtime cannot be higher than cpu real-time period");
  }
  if (period !== 0 && (period < 1000 || period > 1_000_000)) {
    throw invalid("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
  }
  if (quota > 0 && quota < 1000) throw invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
}

function checkIds(field: string, noun: string, text: string | undefined, available: string): void {
  if (text === undefined || text === "") return;
  const wanted = readIdList(text);
  if (wanted === undefined) throw invalid(`Invalid value ${text} for ${field}: invalid format: ${text}`);
  const present = readIdList(available);
  if (present !== undefined && [...wanted].some((id) => !present.has(id))) {
    throw invalid(`Requested ${noun} are not available - requested ${text}, available: ${available}`);
  }
}
