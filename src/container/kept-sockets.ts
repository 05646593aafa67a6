import { closeFd, closeFdStore, type FdStore, type NamedFd, openFdStore, putFd } from "../host/index.ts";
import { copyKept } from "../runtime/index.ts";
import type { ContainerRecord } from "./record.ts";
import { processOf } from "./state.ts";

/** A store with the sockets in it, of which only the store's ends are left for the caller to close. */
export function keepSockets(sockets: readonly NamedFd[]): FdStore {
  const store = openFdStore();
  for (const socket of sockets) {
    putFd(store, socket);
    closeFd(socket.fd);
  }
  return store;
}

/** Lends `use` the store with the sockets that the monitor of a running container keeps; undefined when there is none. */
export async function withKeptSockets<T>(
  { state }: ContainerRecord,
  use: (store: FdStore | undefined) => Promise<T>,
): Promise<T> {
  const process = processOf(state);
  const monitor =
    process === undefined ? undefined : { ...process, monitorStartTime: BigInt(process.monitorStartTime) };
  const [input, output] = (monitor === undefined ? undefined : copyKept(monitor, 2)) ?? [];
  if (input === undefined || output === undefined) return await use(undefined);
  const store = { in: input, out: output };
  try {
    return await use(store);
  } finally {
    closeFdStore(store);
  }
}
