import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { tar } from "../support/busybox-archive.ts";
import { type CrashScenario, crashLoop, seededRandom } from "../support/crash-loop.ts";
import { putImage } from "../support/fake-image.ts";
import { type FakeRegistry, fakeRegistry } from "../support/fake-registry.ts";
import { fsck } from "../support/fsck.ts";
import { lastOf } from "../support/last-of.ts";
import { strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(120_000);

const SEED = Number(process.env.STRAKE_TEST_SEED ?? "11");
let root: TempRoot;
let server: FakeRegistry;
let name: string;
let id: string;

beforeAll(async () => {
  root = await tempRoot();
  server = fakeRegistry();
  name = `${server.host}/x:1`;
  const layers = ["a", "b", "c"].map((folder) => {
    const data = crypto.getRandomValues(new Uint8Array(20_000));
    const files = Array.from({ length: 100 }, (_, at) => ({ path: `${folder}/f${at}`, data }));
    return { tar: tar([{ path: `${folder}/` }, ...files]) };
  });
  ({ id } = await putImage(server, { tag: "1", layers }));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await root.remove();
});

const cli = (...words: string[]) => strake(words, { env: root.env });

/** The next command works, and the image is whole or not there. */
async function expectWhole(what: string): Promise<void> {
  const ls = await cli("image", "ls", "-aq", "--no-trunc");
  expect({ what, code: ls.exitCode, stderr: ls.stderr }).toEqual({ what, code: 0, stderr: "" });
  expect(["", `${id}\n`]).toContain(ls.stdout);
  const wrong = await lastOf(() => fsck(root.env));
  expect({ what, wrong }).toEqual({ what, wrong: [] });
}

const crash = (what: string, scenario: CrashScenario) =>
  crashLoop(`${what} of seed ${SEED}`, scenario, {
    env: root.env,
    random: seededRandom(SEED),
    seconds: 3,
    check: expectWhole,
  });

test("a pull that is killed leaves its image whole or nothing, and the next one completes it", async () => {
  await crash("pull", {
    command: () => ["pull", "-q", name],
    after: () => cli("rmi", "-f", name),
  });
  expect((await cli("pull", "-q", name)).stderr).toBe("");
  const view = await cli("image", "inspect", "-f", "{{.Id}}", name);
  expect(view.stdout).toBe(`${id}\n`);
});

test("a pulled image whose removal is killed is there or gone, with its blobs", async () => {
  await crash("rmi", {
    before: () => cli("pull", "-q", name),
    command: () => ["rmi", name],
  });
});
