import { createServer, type Socket } from "node:net";

/** A server that gives its bytes for any path, but ends each connection after some of them. */
export interface CuttingServer extends AsyncDisposable {
  readonly host: string;
  /** The `Range` header of each request. */
  readonly ranges: readonly (string | undefined)[];
}

/** Sends at most `piece` bytes an answer, whose head promises all; without `ranges` each answer starts at the beginning. */
export async function cuttingServer(
  bytes: Uint8Array,
  options: { readonly piece: (request: number) => number; readonly ranges: boolean },
): Promise<CuttingServer> {
  const seen: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.once("data", (data) => {
      const head = data.toString("latin1");
      // What begins a TLS handshake is no request.
      if (!head.startsWith("GET ")) return socket.destroy();
      const range = /^range: (.*)\r$/im.exec(head)?.[1];
      const start = options.ranges ? Number(/\d+/.exec(range ?? "0")?.[0]) : 0;
      const piece = options.piece(seen.length);
      seen.push(range);
      const status = start > 0 ? "206 Partial Content" : "200 OK";
      socket.write(
        `HTTP/1.1 ${status}\r\nContent-Length: ${bytes.length - start}\r\nContent-Range: bytes ${start}-${bytes.length - 1}/${bytes.length}\r\n\r\n`,
      );
      // A client may drop what it finds together with the end of the connection.
      socket.write(bytes.subarray(start, start + piece), () => setTimeout(() => socket.end(), 30));
      return undefined;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    host: `127.0.0.1:${port}`,
    ranges: seen,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
