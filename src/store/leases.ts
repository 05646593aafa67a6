import { readFileSync } from "node:fs";
import { newId } from "../base/index.ts";
import type { Store } from "./store.ts";

/** Says that this process is making something at `path` which must vanish if the process dies first. */
export interface Lease {
  readonly id: string;
  readonly kind: string;
  readonly path: string;
}

interface LeaseRow {
  readonly id: string;
  readonly kind: string;
  readonly path: string;
  readonly pid: number;
  readonly start_time: number;
  readonly boot: string;
}

/** Records a lease before the first byte is written. */
export function takeLease(store: Store, kind: string, path: string): Lease {
  const id = newId().slice(0, 24);
  store.change(
    "INSERT INTO leases(id, pid, start_time, boot, kind, path) VALUES (?,?,?,?,?,?)",
    id,
    process.pid,
    startTimeOf(process.pid) ?? 0,
    bootId(),
    kind,
    path,
  );
  return { id, kind, path };
}

/** Ends a lease: call it in the transaction that makes the thing visible, or after it was removed. Idempotent. */
export function endLease(store: Store, lease: Lease): void {
  store.change("DELETE FROM leases WHERE id = ?", lease.id);
}

/** Every lease, whether its holder lives or not. */
export function listLeases(store: Store): Lease[] {
  return store.rows<Lease>("SELECT id, kind, path FROM leases");
}

/** Leases of one kind (or all) whose holder is gone: what they name is garbage. */
export function deadLeases(store: Store, kind?: string): Lease[] {
  const rows = store.rows<LeaseRow>("SELECT * FROM leases");
  if (rows.length === 0) return [];
  const boot = bootId();
  return rows
    .filter((row) => kind === undefined || row.kind === kind)
    .filter((row) => row.boot !== boot || startTimeOf(row.pid) !== row.start_time)
    .map(({ id, kind: of, path }) => ({ id, kind: of, path }));
}

function startTimeOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A process that has ended stays listed until its parent has asked for its status.
    return fields[0] === "Z" || fields[0] === "X" ? undefined : Number(fields[19]);
  } catch {
    return undefined;
  }
}

let boot: string | undefined;

/** Tells this start of the machine from every other (random(4)). */
export function bootId(): string {
  boot ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return boot;
}
