import { rmSync } from "node:fs";

type Socket = Bun.Socket<Link>;

/** One of two ends, and what is on its way to it. */
interface Link {
  peer: Socket | undefined;
  waiting: Uint8Array[];
  ended: boolean;
}

/** Listens on a Unix socket at `path` and passes each connection on to the one at `target`, until the returned function is called. */
export function forwardSocket(path: string, target: string): () => void {
  const open = new Set<Socket>();
  const close = (socket: Socket): void => {
    open.delete(socket);
    const { peer } = socket.data;
    if (peer === undefined) socket.data.ended = true;
    else finish(peer);
  };
  const handlers = {
    data: (socket: Socket, data: Uint8Array) => send(socket, socket.data.peer, data),
    drain: flush,
    close,
    error: close,
  };
  const listener = Bun.listen<Link>({
    unix: path,
    socket: {
      ...handlers,
      open(socket) {
        socket.data = { peer: undefined, waiting: [], ended: false };
        open.add(socket);
        void connect(socket);
      },
    },
  });
  async function connect(socket: Socket): Promise<void> {
    try {
      const data: Link = { peer: socket, waiting: [], ended: false };
      const peer = await Bun.connect<Link>({ unix: target, socket: handlers, data });
      open.add(peer);
      peer.data.waiting = socket.data.waiting.splice(0);
      socket.data.peer = peer;
      flush(peer);
      if (socket.data.ended) finish(peer);
    } catch {
      // There is no agent: who asks it learns so by the end of the connection.
      socket.terminate();
    }
  }
  return () => {
    listener.stop(true);
    for (const socket of open) socket.terminate();
    rmSync(path, { force: true });
  };
}

/** Bytes that come before the peer is there wait at the one that they came from. */
function send(from: Socket, to: Socket | undefined, data: Uint8Array): void {
  const { waiting } = (to ?? from).data;
  waiting.push(Uint8Array.from(data));
  if (to !== undefined) flush(to);
}

function flush(socket: Socket): void {
  const { waiting } = socket.data;
  if (socket.data.peer === undefined) return;
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    const taken = Math.max(0, socket.write(next));
    if (taken < next.length) {
      waiting[0] = next.subarray(taken);
      return;
    }
    waiting.shift();
  }
  if (socket.data.ended) socket.end();
}

/** Closes a connection once everything is written to it. */
function finish(socket: Socket): void {
  socket.data.ended = true;
  flush(socket);
}
