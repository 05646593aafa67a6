import { beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, createServer as createTcpServer, type Socket } from "node:net";
import { EngineError } from "../../src/base/index.ts";
import { digestOf, parseReference } from "../../src/oci/index.ts";
import { openRegistry } from "../../src/registry/index.ts";
import { dockerRegistry, hasRegistry } from "../support/docker-registry.ts";

setDefaultTimeout(30_000);

const MIB = 1 << 20;
const BYTES = new Uint8Array(20 * MIB).map((_, at) => at % 255);

/** One request for an upload, as it came. */
interface Seen {
  readonly method: string;
  /** `Content-Range`, if it was said. */
  readonly range: string | undefined;
  /** Bytes that were taken. */
  taken: number;
}

/** How a request with a body is treated; `place` counts the uploads that were begun. */
interface Fault {
  /** Bytes after which the connection is ended, without an answer. */
  readonly cutAfter?: number;
  /** The answer instead of taking anything. */
  readonly status?: number;
}

/** A registry that takes blobs into memory, one upload at a time. */
interface UploadServer extends AsyncDisposable {
  readonly host: string;
  readonly seen: readonly Seen[];
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

interface Behaviour {
  /** For the PATCH or PUT number `count`, from 0. */
  readonly fault?: (request: Seen, count: number) => Fault | undefined;
  /** Of the answer to POST. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is said of an upload; its length by default. */
  readonly status?: (stored: number) => { readonly status: number; readonly range?: string };
}

async function uploadServer(behaviour: Behaviour = {}): Promise<UploadServer> {
  const seen: Seen[] = [];
  const blobs = new Map<string, Uint8Array>();
  let stored: Buffer = Buffer.alloc(0);
  let place = 0;
  let count = 0;
  const answer = (response: ServerResponse, status: number, range = stored.length) => {
    response.writeHead(status, {
      location: `/v2/x/blobs/uploads/${place}`,
      range: `0-${Math.max(0, range - 1)}`,
      connection: "close",
      "www-authenticate": 'Basic realm="r"',
      ...(status === 202 ? behaviour.headers : {}),
    });
    response.end();
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const entry = toSeen(request);
    const { socket } = request;
    const fault = behaviour.fault?.(entry, count++) ?? {};
    const [, start] = /^(\d+)-/.exec(entry.range ?? "") ?? [];
    if (fault.status !== undefined) return answer(response, fault.status);
    if (start !== undefined && Number(start) !== stored.length) return answer(response, 416);
    const before = stored.length;
    const parts: Buffer[] = [stored];
    for await (const chunk of request as AsyncIterable<Buffer>) {
      const left = (fault.cutAfter ?? Number.POSITIVE_INFINITY) - entry.taken;
      parts.push(chunk.subarray(0, Math.max(0, left)));
      entry.taken += Math.min(chunk.length, Math.max(0, left));
      if (left <= chunk.length) break;
    }
    stored = Buffer.concat(parts);
    if (fault.cutAfter !== undefined) return void socket.destroy();
    if (request.method === "PATCH") return answer(response, 202);
    const digest = new URL(request.url ?? "", "http://x").searchParams.get("digest") ?? "";
    const fits = digest === digestOf(stored);
    if (fits) blobs.set(digest, stored);
    else stored = stored.subarray(0, before);
    answer(response, fits ? 201 : 400);
  };
  const toSeen = (request: IncomingMessage): Seen => {
    const entry = { method: request.method ?? "", range: request.headers["content-range"], taken: 0 };
    seen.push(entry);
    return entry;
  };
  const server = createServer((request, response) => {
    request.on("error", () => undefined);
    switch (request.method) {
      case "POST":
        toSeen(request);
        place++;
        stored = Buffer.alloc(0);
        return answer(response, 202);
      case "PATCH":
      case "PUT":
        return void take(request, response).catch(() => undefined);
      default: {
        toSeen(request);
        const { pathname } = new URL(request.url ?? "", "http://x");
        const digest = /\/blobs\/(sha256:.*)$/.exec(pathname)?.[1];
        if (digest !== undefined) return answer(response, blobs.has(digest) ? 200 : 404);
        if (!pathname.includes("uploads")) return answer(response, 200);
        const said = behaviour.status?.(stored.length) ?? { status: 204 };
        return answer(response, said.status);
      }
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    host: `127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    seen,
    blobs,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const open = () => openRegistry({ folders: [], retryDelay: 1, stallTimeout: 15_000 });

/** Gives the bytes in chunks of 1 MiB; counts how often it is opened. */
function upload(bytes = BYTES) {
  const source = {
    opened: 0,
    open: async function* () {
      source.opened++;
      for (let at = 0; at < bytes.length; at += MIB) yield bytes.subarray(at, at + MIB);
    },
  };
  return source;
}

const patches = ({ seen }: UploadServer) => seen.filter(({ method }) => method === "PATCH");
const ranges = (server: UploadServer) => patches(server).map(({ range }) => range);

describe("an upload", () => {
  let sent: number;
  beforeEach(() => {
    sent = 0;
  });
  const push = async (host: string, source = upload()) =>
    await open().pushBlob(parseReference(`${host}/x`), source, { onSent: (bytes) => (sent += bytes) });
  const whole = { digest: digestOf(BYTES), size: BYTES.length };

  test("goes in one request, which each registry takes", async () => {
    await using server = await uploadServer();
    expect(await push(server.host)).toEqual(whole);
    expect(server.seen.map(({ method }) => method)).toEqual(["GET", "POST", "PATCH", "PUT"]);
    expect(ranges(server)).toEqual([undefined]);
    expect(sent).toBe(BYTES.length);
  });

  test("goes on where it broke, in pieces that say where they belong", async () => {
    await using server = await uploadServer({
      fault: (_, count) => ({ 0: { cutAfter: 9 * MIB }, 2: { cutAfter: MIB } })[count],
    });
    const source = upload();
    expect(await push(server.host, source)).toEqual(whole);
    expect(ranges(server)).toEqual([
      undefined,
      `${9 * MIB}-${13 * MIB - 1}`,
      `${13 * MIB}-${17 * MIB - 1}`,
      `${14 * MIB}-${18 * MIB - 1}`,
      `${18 * MIB}-${20 * MIB - 1}`,
    ]);
    expect([source.opened, sent]).toEqual([3, BYTES.length]);
  });

  test("goes on after an answer that says to try again", async () => {
    await using server = await uploadServer({
      fault: (_, count) => (count < 2 ? { status: 503 } : undefined),
    });
    expect(await push(server.host)).toEqual(whole);
    expect(patches(server)).toHaveLength(3);
  });

  test("begins anew where the registry knows nothing of what broke, or takes no pieces", async () => {
    const cut = { cutAfter: 9 * MIB };
    await using forgetful = await uploadServer({
      fault: (_, count) => (count === 0 ? cut : undefined),
      status: () => ({ status: 404 }),
    });
    expect(await push(forgetful.host)).toEqual(whole);
    expect(ranges(forgetful)).toEqual([undefined, undefined]);
    await using strict = await uploadServer({
      fault: ({ range }, count) => (count === 0 ? cut : range === undefined ? undefined : { status: 400 }),
    });
    expect(await push(strict.host)).toEqual(whole);
    expect(ranges(strict)).toEqual([undefined, `${9 * MIB}-${13 * MIB - 1}`, undefined]);
    expect(strict.blobs.get(whole.digest)).toHaveLength(BYTES.length);
  });

  test("goes in pieces where it is too large for one request, as large as the registry wants them", async () => {
    await using server = await uploadServer({
      fault: ({ range }) => (range === undefined ? { status: 413 } : undefined),
      headers: { "oci-chunk-min-length": String(12 * MIB) },
    });
    // Without a range the final PUT is refused as well, so it is told apart by its method.
    await using proxied = await uploadServer({
      fault: ({ method, range }) => (method === "PATCH" && range === undefined ? { status: 413 } : undefined),
      headers: { "oci-chunk-min-length": String(12 * MIB) },
    });
    await expect(push(server.host)).rejects.toThrow("413");
    expect(await push(proxied.host)).toEqual(whole);
    expect(ranges(proxied)).toEqual([undefined, `0-${12 * MIB - 1}`, `${12 * MIB}-${20 * MIB - 1}`]);
  });

  test("is given up when it breaks again and again without getting on", async () => {
    await using server = await uploadServer({ fault: () => ({ cutAfter: 0 }) });
    await expect(push(server.host)).rejects.toMatchObject({ kind: "unavailable" });
    expect(patches(server)).toHaveLength(5);
  });

  test("is sent again when the registry wants to know anew who sends it", async () => {
    await using server = await uploadServer({
      fault: (_, count) => (count === 0 ? { status: 401 } : undefined),
    });
    const registry = openRegistry({
      folders: [],
      credentials: async () => ({ kind: "password", username: "alice", password: "secret" }),
    });
    expect(await registry.pushBlob(parseReference(`${server.host}/x`), upload())).toEqual(whole);
    expect(server.seen.map(({ method }) => method)).toEqual(["GET", "POST", "PATCH", "PATCH", "PUT"]);
  });

  test("is not sent to services of this machine's own or of its network", async () => {
    for (const location of [
      "http://169.254.169.254/latest",
      "http://[fe80::1]/",
      "ftp://a.example/",
      "file:///x",
    ]) {
      await using server = await uploadServer({ headers: { location } });
      await expect(push(server.host)).rejects.toMatchObject({ kind: "forbidden" });
      expect(server.seen.map(({ method }) => method)).toEqual(["GET", "POST"]);
    }
  });

  test("is complete when only the answer to its end was lost", async () => {
    await using server = await uploadServer({
      fault: ({ method }, count) => (method === "PUT" && count === 1 ? { status: 500 } : undefined),
    });
    expect(await push(server.host)).toEqual(whole);
    expect(patches(server)).toHaveLength(1);
  });

  test("ends with the reason when its bytes cannot be had, and is not tried again", async () => {
    await using server = await uploadServer();
    let opened = 0;
    const source = {
      open: async function* () {
        opened++;
        yield BYTES.subarray(0, MIB);
        throw new EngineError("dataLoss", "the layer is damaged");
      },
    };
    const pushed = open().pushBlob(parseReference(`${server.host}/x`), source);
    await expect(pushed).rejects.toMatchObject({ kind: "dataLoss", message: "the layer is damaged" });
    expect([opened, server.blobs.size]).toEqual([1, 0]);
  });

  test("ends when it is aborted, and lets go of its bytes", async () => {
    const abort = new AbortController();
    await using server = await uploadServer();
    const closed = Promise.withResolvers<void>();
    const source = {
      open: async function* () {
        try {
          for (;;) {
            yield new Uint8Array(MIB);
            abort.abort();
          }
        } finally {
          closed.resolve();
        }
      },
    };
    const options = { signal: abort.signal };
    const pushed = open().pushBlob(parseReference(`${server.host}/x`), source, options);
    await expect(pushed).rejects.toMatchObject({ kind: "cancelled" });
    await closed.promise;
  });
});

/** Passes bytes on to a server, and ends the first connection that brings more than `limit` of them. */
async function cuttingProxy(target: string, limit: number) {
  const [hostname = "", port = ""] = target.split(":");
  const sockets = new Set<Socket>();
  let cuts = 0;
  const proxy = createTcpServer((client) => {
    const server = connect(Number(port), hostname);
    let passed = 0;
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        server.destroy();
      });
    }
    client.on("data", (data) => {
      passed += data.length;
      if (passed > limit && cuts === 0) {
        cuts++;
        // What has come so far arrives before the connection ends.
        server.end();
        client.destroy();
        return;
      }
      server.write(data);
    });
    server.pipe(client);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  return {
    host: `127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    cuts: () => cuts,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
}

test.skipIf(!hasRegistry)("the real registry has the whole blob after a connection was lost", async () => {
  await using server = await dockerRegistry();
  await using proxy = await cuttingProxy(server.host, 9 * MIB);
  const reference = parseReference(`${proxy.host}/x`);
  const pushed = await open().pushBlob(reference, upload());
  expect(proxy.cuts()).toBe(1);
  const got = await Array.fromAsync(
    open().blob(reference, { ...pushed, mediaType: "application/octet-stream" }),
  );
  expect(digestOf(Buffer.concat(got))).toBe(digestOf(BYTES));
});
