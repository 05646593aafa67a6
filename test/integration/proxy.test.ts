import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdirSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { MediaType, parseReference } from "../../src/oci/index.ts";
import { openRegistry } from "../../src/registry/index.ts";
import {
  createAuthority,
  type DockerRegistry,
  dockerRegistry,
  hasRegistry,
} from "../support/docker-registry.ts";
import { strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(60_000);

const NAME = "registry.invalid:5443/team/app:1";
const MANIFEST = { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: [] };

describe.skipIf(!hasRegistry)("a registry that only a proxy reaches", () => {
  let root: TempRoot;
  let server: DockerRegistry;
  let proxy: Server;
  let address = "";
  const sockets = new Set<Socket>();
  const heads: string[] = [];

  beforeAll(async () => {
    root = await tempRoot();
    const tls = await createAuthority(root.path, "proxied");
    server = await dockerRegistry({ tls });
    const certificates = join(root.path, "etc", "certs.d");
    for (const host of ["registry.invalid:5443", server.host]) {
      mkdirSync(join(certificates, host), { recursive: true });
      cpSync(tls.authority, join(certificates, host, "ca.crt"));
    }
    const registry = openRegistry({ folders: [join(root.path, "etc")] });
    await registry.pushManifest(parseReference(`${server.host}/team/app:1`), {
      bytes: Buffer.from(JSON.stringify(MANIFEST)),
      mediaType: MediaType.ociIndex,
    });
    // Whatever it is asked for, it goes to the one registry.
    proxy = createServer((client) => {
      sockets.add(client.on("error", () => client.destroy()));
      client.once("data", (head) => {
        heads.push(head.toString());
        const [hostname = "", port = ""] = server.host.split(":");
        const upstream = connect(Number(port), hostname, () => {
          client.write("HTTP/1.1 200 Connection established\r\n\r\n");
          client.pipe(upstream).pipe(client);
        });
        sockets.add(upstream.on("error", () => client.destroy()));
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const at = proxy.address();
    address = `127.0.0.1:${typeof at === "object" ? at?.port : ""}`;
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => proxy.close(() => resolve()));
    await server[Symbol.asyncDispose]();
    await root.remove();
  });

  const inspect = (env: Readonly<Record<string, string>>, name = NAME) =>
    strake(["manifest", "inspect", name], {
      env: { ...root.env, DOCKER_CONFIG: root.path, STRAKE_ETC: join(root.path, "etc"), ...env },
    });

  test("is asked through it, with its password and the registry's own certificate", async () => {
    for (const name of ["HTTPS_PROXY", "https_proxy"]) {
      const { stdout, stderr } = await inspect({ [name]: `http://user:word@${address}` });
      expect([stderr, JSON.parse(stdout)]).toEqual(["", MANIFEST]);
    }
    expect(heads).toHaveLength(2);
    expect(heads[0]).toStartWith("CONNECT registry.invalid:5443 HTTP/1.1\r\n");
    expect(heads[0]).toContain(`Proxy-Authorization: Basic ${btoa("user:word")}\r\n`);
    // Without a scheme, as other programs take it.
    expect((await inspect({ HTTPS_PROXY: address })).stderr).toBe("");
  });

  test("is asked directly when it is exempt, as this machine's own always are", async () => {
    const before = heads.length;
    for (const names of [
      { NO_PROXY: "registry.invalid", no_proxy: "" },
      { NO_PROXY: "", no_proxy: ".invalid" },
    ]) {
      const { stderr } = await inspect({ HTTPS_PROXY: `http://${address}`, ...names });
      expect(stderr).toContain("lookup registry.invalid: ");
    }
    expect((await inspect({ HTTPS_PROXY: `http://${address}` }, `${server.host}/team/app:1`)).stderr).toBe(
      "",
    );
    expect(heads).toHaveLength(before);
  });

  test("is asked without verification when it is listed as insecure, with a scheme or without", async () => {
    const folder = join(root.path, "insecure");
    mkdirSync(folder);
    for (const listed of ["registry.invalid:5443", "registry.invalid", "https://registry.invalid:5443"]) {
      await Bun.write(join(folder, "daemon.json"), JSON.stringify({ "insecure-registries": [listed] }));
      expect((await inspect({ HTTPS_PROXY: address, STRAKE_ETC: folder })).stderr).toBe("");
    }
    await Bun.write(join(folder, "daemon.json"), "{}");
    expect((await inspect({ HTTPS_PROXY: address, STRAKE_ETC: folder })).stderr).toContain(
      "x509: certificate signed by unknown authority\nHint: put the certificate of its authority into",
    );
  });

  test("is not to blame when the proxy is not there", async () => {
    const { stderr } = await inspect({ HTTPS_PROXY: "http://127.0.0.1:1" });
    expect(stderr).toBe(
      'Error response from daemon: Get "https://registry.invalid:5443/v2/team/app/manifests/1": proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused\n',
    );
  });
});
