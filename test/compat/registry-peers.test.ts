import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { parseReference } from "../../src/oci/index.ts";
import { openRegistry } from "../../src/registry/index.ts";
import { tar } from "../support/busybox-archive.ts";
import { type DockerRegistry, dockerRegistry, hasRegistry } from "../support/docker-registry.ts";
import { runProcess } from "../support/run-process.ts";
import { strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(60_000);

/** Another program that pulls and pushes images. */
interface Peer {
  readonly name: string;
  /** Words that come before the program's own: `$TEST_PODMAN`, … for those that live elsewhere. */
  readonly command: readonly string[];
  /** The compressions with which an image that it pulled and pushed keeps its manifest. */
  readonly keeps: readonly string[];
  /** Pulls `from` and pushes it as `to`; returns the ID of the image in between. */
  copy(from: string, to: string): Promise<string | undefined>;
}

const server: DockerRegistry | undefined = hasRegistry ? await dockerRegistry() : undefined;
const host = server?.host ?? "";
const peers = await findPeers();

function words(name: string): readonly string[] | undefined {
  const given = process.env[`TEST_${name.toUpperCase()}`];
  if (given !== undefined) return given.split(" ");
  return Bun.which(name) === null ? undefined : [name];
}

async function run(command: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await runProcess(command);
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
  return stdout.trim();
}

function engine(name: "docker" | "podman", insecure: readonly string[]): Peer | undefined {
  const command = words(name);
  if (command === undefined) return undefined;
  const copy = async (from: string, to: string) => {
    await run([...command, "pull", "-q", ...insecure, from]);
    try {
      const id = await run([...command, "image", "inspect", "--format", "{{.Id}}", from]);
      await run([...command, "tag", from, to]);
      await run([...command, "push", "-q", ...insecure, to]);
      return id.replace(/^sha256:/, "");
    } finally {
      await runProcess([...command, "rmi", "-f", from, to]);
    }
  };
  // Docker makes a manifest of its own kind, Podman compresses anew.
  return { name, command, copy, keeps: name === "docker" ? ["gzip"] : [] };
}

function skopeo(): Peer | undefined {
  const command = words("skopeo");
  if (command === undefined) return undefined;
  const copy = async (from: string, to: string) => {
    const insecure = ["--src-tls-verify=false", "--dest-tls-verify=false"];
    await run([...command, "copy", "-q", ...insecure, `docker://${from}`, `docker://${to}`]);
    return undefined;
  };
  return { name: "skopeo", command, copy, keeps: ["gzip", "zstd"] };
}

/** Those that are here and reach this machine's loopback. */
async function findPeers(): Promise<Peer[]> {
  const found = [engine("docker", []), engine("podman", ["--tls-verify=false"]), skopeo()];
  const reachable = await Promise.all(
    found.map(async (peer) => {
      if (peer === undefined || server === undefined) return undefined;
      const failure = await peer.copy(`${host}/nothing:1`, `${host}/nothing:2`).catch(String);
      return String(failure).includes("manifest unknown") ? peer : undefined;
    }),
  );
  return reachable.filter((peer) => peer !== undefined);
}

afterAll(() => server?.[Symbol.asyncDispose]());

describe.each(peers.length === 0 ? [undefined] : peers)("images go to others and come back", (peer) => {
  let root: TempRoot;
  const registry = openRegistry({ folders: [] });
  const cli = async (...args: string[]): Promise<string> => {
    const { stdout, stderr, exitCode } = await strake(args, { env: root.env });
    expect([stderr, exitCode]).toEqual(["", 0]);
    return stdout.trim();
  };
  const digestOf = async (name: string) => (await registry.resolve(parseReference(name))).digest;
  beforeAll(async () => {
    root = await tempRoot();
  });
  afterAll(() => root.remove());

  for (const compression of ["gzip", "zstd"]) {
    test.skipIf(peer === undefined)(
      `${peer?.name}: ${compression}, with the same digests all the way`,
      async () => {
        if (peer === undefined) return;
        const archive = join(root.path, "root.tar");
        const data = crypto.getRandomValues(new Uint8Array(60_000));
        const files = Array.from({ length: 90 }, (_, at) => ({ path: `file${at}`, data }));
        await Bun.write(archive, tar(files));
        const name = `${host}/${peer.name}/${compression}`;
        await cli("import", archive, `${name}:mine`);
        const id = await cli("image", "inspect", "-f", "{{.Id}}", `${name}:mine`);
        await cli("push", "-q", "--compression", compression, `${name}:mine`);
        const digest = await digestOf(`${name}:mine`);
        const seen = await peer.copy(`${name}:mine`, `${name}:theirs`);
        if (seen !== undefined) expect(seen).toBe(id.slice("sha256:".length));
        await cli("rmi", "-f", id);
        // What others push may be another manifest of the same image.
        const theirs = await digestOf(`${name}:theirs`);
        const pulled = await cli("pull", `${name}:theirs`);
        expect(pulled).toContain(`Digest: ${theirs}`);
        expect(await cli("image", "inspect", "-f", "{{.Id}}", `${name}:theirs`)).toBe(id);
        await cli("tag", `${name}:theirs`, `${name}-again:1`);
        await cli("push", "-q", `${name}-again:1`);
        expect(await digestOf(`${name}-again:1`)).toBe(theirs);
        if (peer.keeps.includes(compression)) expect(theirs).toBe(digest);
        await cli("rmi", "-f", id);
      },
    );
  }
});
