import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Descriptor, digestOf, MediaType, parseReference } from "../../src/oci/index.ts";
import { type Credential, openRegistry, type Registry } from "../../src/registry/index.ts";
import {
  type Authority,
  createAuthority,
  type DockerRegistry,
  dockerRegistry,
  hasRegistry,
} from "../support/docker-registry.ts";
import { tokenServer } from "../support/token-server.ts";

const USER: Credential = { kind: "password", username: "alice", password: "secret:with colon" };

/** An image without meaning: a config, one layer of `size` bytes, and their manifest. */
async function pushSample(registry: Registry, name: string, size = 1000): Promise<Descriptor> {
  const reference = parseReference(name);
  const layer = new Uint8Array(size).map((_, at) => at % 251);
  const config = Buffer.from(`{"sample":${size}}`);
  const put = (bytes: Uint8Array) =>
    registry.pushBlob(reference, {
      open: async function* () {
        yield bytes;
      },
    });
  const descriptors = [await put(config), await put(layer)];
  const manifest = {
    schemaVersion: 2,
    mediaType: MediaType.ociManifest,
    config: { mediaType: MediaType.ociConfig, ...descriptors[0] },
    layers: [{ mediaType: MediaType.ociLayer, ...descriptors[1] }],
  };
  return await registry.pushManifest(reference, {
    bytes: Buffer.from(JSON.stringify(manifest)),
    mediaType: MediaType.ociManifest,
  });
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(source));
}

const layerOf = (value: Readonly<Record<string, unknown>>): Descriptor =>
  (value.layers as Descriptor[])[0] as Descriptor;

describe.skipIf(!hasRegistry)("the real registry over plain HTTP", () => {
  let server: DockerRegistry;
  const registry = openRegistry({ folders: [] });
  beforeAll(async () => {
    server = await dockerRegistry();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("what was pushed in pieces comes back whole, by tag and by digest", async () => {
    const name = `${server.host}/some/thing:v1`;
    const size = 20_000_000;
    const pushed = await pushSample(registry, name, size);
    const byTag = await registry.manifest(parseReference(name));
    expect(byTag.descriptor).toEqual(pushed);
    expect(await registry.resolve(parseReference(name))).toEqual(pushed);
    const byDigest = parseReference(`${server.host}/some/thing@${pushed.digest}`);
    expect((await registry.manifest(byDigest)).descriptor).toEqual(pushed);
    const layer = layerOf(byTag.value);
    const bytes = await collect(registry.blob(byDigest, layer));
    expect([bytes.length, digestOf(bytes)]).toEqual([size, layer.digest]);
  });

  test("a blob is read from any offset", async () => {
    const reference = parseReference(`${server.host}/offset:1`);
    await pushSample(registry, `${server.host}/offset:1`);
    const layer = layerOf((await registry.manifest(reference)).value);
    const rest = await collect(registry.blob(reference, layer, { offset: 990 }));
    expect([...rest]).toEqual([...Array(10)].map((_, at) => (990 + at) % 251));
  });

  test("a blob is found where it is, and mounted from another repository", async () => {
    const [one, two] = [parseReference(`${server.host}/one:1`), parseReference(`${server.host}/two:1`)];
    await pushSample(registry, `${server.host}/one:1`, 77);
    const layer = layerOf((await registry.manifest(one)).value);
    expect(await registry.findBlob(two, layer.digest)).toBeUndefined();
    expect(await registry.mountBlob(two, layer.digest, { from: "one" })).toBe(true);
    expect(await registry.findBlob(two, layer.digest)).toBe(77);
    const absent = digestOf("absent");
    expect(await registry.mountBlob(two, absent, { from: "one" })).toBe(false);
  });

  test("all tags are listed", async () => {
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: [] }),
    );
    const tags = Array.from({ length: 5 }, (_, at) => `t${at}`);
    for (const tag of tags) {
      const reference = parseReference(`${server.host}/tags:${tag}`);
      await registry.pushManifest(reference, { bytes, mediaType: MediaType.ociIndex });
    }
    expect((await registry.tags(parseReference(`${server.host}/tags`))).sort()).toEqual(tags);
  });

  test("a name that is not there is an error in Docker's words", async () => {
    await expect(registry.manifest(parseReference(`${server.host}/nope:9`))).rejects.toThrow(
      `manifest for ${server.host}/nope:9 not found: manifest unknown: manifest unknown`,
    );
    await expect(registry.resolve(parseReference(`${server.host}/nope:9`))).rejects.toMatchObject({
      kind: "notFound",
    });
    await expect(registry.tags(parseReference(`${server.host}/nope`))).rejects.toThrow(
      `repository ${server.host}/nope not found: name unknown: repository name not known to registry`,
    );
  });

  test("what refers to a manifest is found under the tag that such registries keep it at", async () => {
    const subject = await pushSample(registry, `${server.host}/subject:1`, 5);
    const repository = parseReference(`${server.host}/subject`);
    expect(await registry.referrers(repository, subject.digest)).toEqual([]);
    const signature = { ...subject, artifactType: "application/x-signature" };
    const index = { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: [signature] };
    await registry.pushManifest(
      { ...repository, tag: subject.digest.replace(":", "-") },
      { bytes: Buffer.from(JSON.stringify(index)), mediaType: MediaType.ociIndex },
    );
    const { digest } = subject;
    expect(await registry.referrers(repository, digest)).toEqual([signature]);
    expect(await registry.referrers(repository, digest, { artifactType: "other" })).toEqual([]);
  });

  test("a registry that is not there is an error with host and cause", async () => {
    const reference = parseReference("127.0.0.1:1/nobody:1");
    await expect(registry.resolve(reference)).rejects.toMatchObject({
      kind: "unavailable",
      message: `Head "http://127.0.0.1:1/v2/nobody/manifests/1": dial tcp 127.0.0.1:1: connect: connection refused`,
    });
  });
});

describe.skipIf(!hasRegistry)("the real registry with proofs", () => {
  let folder: string;
  let authority: Authority;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "strake-registry-test-"));
    authority = await createAuthority(folder, "good");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** A settings folder that knows `certificate` as the authority of `host`. */
  async function settings(
    name: string,
    host: string,
    files: Readonly<Record<string, string>>,
  ): Promise<string> {
    const etc = join(folder, name);
    await mkdir(join(etc, "certs.d", host), { recursive: true });
    for (const [file, source] of Object.entries(files)) await cp(source, join(etc, "certs.d", host, file));
    return etc;
  }

  test("TLS is verified with the authority from certs.d, and a wrong one is refused", async () => {
    await using server = await dockerRegistry({ tls: authority });
    const wrong = await createAuthority(folder, "wrong");
    const good = await settings("etc-good", server.host, { "ca.crt": authority.authority });
    const bad = await settings("etc-bad", server.host, { "ca.crt": wrong.authority });
    const pushed = await pushSample(openRegistry({ folders: [good] }), `${server.host}/tls:1`);
    const reference = parseReference(`${server.host}/tls:1`);
    expect((await openRegistry({ folders: [good] }).resolve(reference)).digest).toBe(pushed.digest);
    await expect(openRegistry({ folders: [bad] }).resolve(reference)).rejects.toThrow(
      "x509: certificate signed by unknown authority",
    );
    // As in Docker, the loopback needs no verified certificate.
    expect((await openRegistry({ folders: [] }).resolve(reference)).digest).toBe(pushed.digest);
  });

  test("a client certificate from certs.d is shown to a registry that asks for one", async () => {
    await using server = await dockerRegistry({ tls: { ...authority, clients: true } });
    const reference = parseReference(`${server.host}/mutual:1`);
    const without = await settings("etc-without", server.host, { "ca.crt": authority.authority });
    const etc = await settings("etc-client", server.host, {
      "ca.crt": authority.authority,
      "client.cert": authority.certificate,
      "client.key": authority.key,
    });
    await expect(
      openRegistry({ folders: [without], retryDelay: 1 }).resolve(reference),
    ).rejects.toMatchObject({
      kind: "unavailable",
    });
    const pushed = await pushSample(openRegistry({ folders: [etc] }), `${server.host}/mutual:1`);
    expect((await openRegistry({ folders: [etc] }).resolve(reference)).digest).toBe(pushed.digest);
    const half = await settings("etc-half", server.host, { "client.cert": authority.certificate });
    await expect(openRegistry({ folders: [half] }).resolve(reference)).rejects.toThrow(
      "missing key client.key",
    );
  });

  test("basic auth lets in who has the password, and only them", async () => {
    await using server = await dockerRegistry({ users: { alice: "secret:with colon" } });
    const name = `${server.host}/private:1`;
    const registry = openRegistry({ folders: [], credentials: async () => USER });
    await pushSample(registry, name);
    expect(await registry.login(server.host, USER)).toEqual({
      status: "Login Succeeded",
      identityToken: undefined,
    });
    const nobody = openRegistry({ folders: [] });
    await expect(nobody.manifest(parseReference(name))).rejects.toMatchObject({
      kind: "unauthorized",
      message: `Get "http://${server.host}/v2/private/manifests/1": no basic auth credentials`,
    });
    await expect(nobody.resolve(parseReference(name))).rejects.toMatchObject({
      message: `Head "http://${server.host}/v2/private/manifests/1": no basic auth credentials`,
    });
    await expect(nobody.findBlob(parseReference(name), digestOf("x"))).rejects.toMatchObject({
      kind: "unauthorized",
      message: "no basic auth credentials",
      hint: `log in with: strake login ${server.host}`,
    });
    await expect(nobody.login(server.host, { ...USER, password: "wrong" })).rejects.toMatchObject({
      kind: "unauthorized",
      message: `login attempt to http://${server.host}/v2/ failed with status: 401 Unauthorized`,
    });
  });

  test("tokens are fetched for what is done, by password, by identity token, or by nobody", async () => {
    const service = "test-registry";
    await using tokens = tokenServer(authority, { service, users: { alice: USER.password } });
    const token = { realm: tokens.realm, service, certificate: authority.authority };
    await using server = await dockerRegistry({ token });
    const name = `${server.host}/public/thing:1`;
    const alice = openRegistry({ folders: [], credentials: async () => USER });
    const pushed = await pushSample(alice, name);
    expect(tokens.requests.map(({ who, scopes }) => [who, ...scopes])).toContainEqual([
      "alice",
      "repository:public/thing:pull,push",
    ]);
    const nobody = openRegistry({ folders: [] });
    expect((await nobody.resolve(parseReference(name))).digest).toBe(pushed.digest);
    await expect(pushSample(nobody, name, 3)).rejects.toMatchObject({ kind: "forbidden" });
    await expect(nobody.resolve(parseReference(`${server.host}/hidden:1`))).rejects.toThrow(
      /^pull access denied for .*\/hidden, repository does not exist or may require 'docker login'/,
    );
    const { identityToken = "" } = await alice.login(server.host, USER);
    expect(identityToken).not.toBe("");
    const credentials = async (): Promise<Credential> => ({ kind: "identityToken", token: identityToken });
    const refreshed = openRegistry({ folders: [], credentials });
    expect((await refreshed.resolve(parseReference(name))).digest).toBe(pushed.digest);
    expect(tokens.requests.at(-1)?.who).toBe("refresh");
    await expect(alice.login(server.host, { ...USER, password: "wrong" })).rejects.toMatchObject({
      kind: "unauthorized",
    });
  });
});
