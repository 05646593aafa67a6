import { deadLeases, endLease, type Lease, type Store, takeLease } from "../store/index.ts";
import { internalCommand } from "./internal-command.ts";
import type { ContainerRecord } from "./record.ts";

/** Kind of the lease that a process holds while it sees to the next start of a container. */
export const RESTART_LEASE = "restart";

/** Kind of the lease of whoever recorded an end that is to be followed by a start, until that start is claimed. */
export const RESTART_DUE_LEASE = "restart-due";

/** Says that a start is to follow; call it in the transaction that records the end. */
export function markRestartDue(store: Store, id: string): void {
  takeLease(store, RESTART_DUE_LEASE, id);
}

/**
 * Makes this process the one that starts container `id` again; undefined while another living process is that.
 * When the holder dies, the next command that opens the store finds its lease.
 */
export function claimRestart(store: Store, id: string): Lease | undefined {
  return store.transaction(() => {
    for (const lease of deadLeases(store, RESTART_LEASE)) if (lease.path === id) endLease(store, lease);
    store.change("DELETE FROM leases WHERE kind = ? AND path = ?", RESTART_DUE_LEASE, id);
    return isClaimed(store, id) ? undefined : takeLease(store, RESTART_LEASE, id);
  });
}

/** Has a process of its own see to the next start of a container that waits for it; no more than one ever does. */
export function ensureRestarter(store: Store, { id, state }: ContainerRecord): void {
  if (state.status !== "restarting" || isClaimed(store, id)) return;
  const argv = internalCommand(store, "exited", id);
  Bun.spawn([...argv], { cwd: "/", stdio: ["ignore", "ignore", "ignore"], detached: true }).unref();
}

function isClaimed(store: Store, id: string): boolean {
  const held = store.rows("SELECT 1 FROM leases WHERE kind = ? AND path = ?", RESTART_LEASE, id).length;
  if (held === 0) return false;
  return held > deadLeases(store, RESTART_LEASE).filter(({ path }) => path === id).length;
}
