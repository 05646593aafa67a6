import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { type EngineRoot, engineRoot, IMAGE } from "../support/engine-root.ts";
import { lastOf } from "../support/last-of.ts";
import { runProcess } from "../support/run-process.ts";

const COUNT = 50;

setDefaultTimeout(120_000);
let at: EngineRoot;
beforeAll(async () => {
  at = await engineRoot();
});
afterAll(async () => {
  await at.expectNothingLeft();
  await at.cli(["network", "prune", "-f"]);
  await at[Symbol.asyncDispose]();
});

const lines = async (...words: readonly string[]) => (await at.cli(words)).stdout.split("\n").filter(Boolean);

/** The store's side of its containers' cables that is on this host. */
function cables(names: readonly string[]): string[] {
  const present = new Set(readdirSync("/sys/class/net"));
  return names.filter((name) => present.has(name));
}

/** Processes that were started for this store and run. */
function processes(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => commandLine(pid))
    .filter((words) => words.includes(at.store.run));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** What the store's firewall tables lead to containers. */
async function publishedRules(): Promise<string[]> {
  const { stdout } = await runProcess(["nft", "list", "ruleset"]);
  return stdout.split("\n").filter((line) => line.includes("10.243."));
}

test(`${COUNT} containers that start at once all run, each with its own address, and leave nothing behind`, async () => {
  await at.cli(["network", "create", "--subnet", "10.243.0.0/24", "fleet"]);
  const names = Array.from({ length: COUNT }, (_, number) => `ship-${number}`);
  const options = ["--network", "fleet", "-p", "80"];
  const started = await Promise.all(
    names.map((name) => at.cli(["run", "-d", "--name", name, ...options, IMAGE, "sleep", "1000"])),
  );
  expect(started.filter(({ exitCode, stderr }) => exitCode !== 0 || stderr !== "")).toEqual([]);

  expect((await lines("ps", "--format", "{{.Names}} {{.State}}")).sort()).toEqual(
    names.map((name) => `${name} running`).sort(),
  );
  const one = "{{.NetworkSettings.Networks.fleet.IPAddress}} {{.NetworkSettings.Networks.fleet.MacAddress}}";
  const port = '{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}';
  const shown = (await lines("inspect", "-f", `${one} ${port}`, ...names)).map((line) => line.split(" "));
  for (const field of [0, 1, 2]) expect(new Set(shown.map((words) => words[field])).size).toBe(COUNT);
  const inside = await lines("exec", "ship-0", "busybox", "nslookup", `ship-${COUNT - 1}`);
  expect(inside).toContain(`Address: ${shown.at(-1)?.[0]}`);

  const links = at.store
    .rows<{ record: string }>("SELECT record FROM endpoints")
    .map(({ record }) => (JSON.parse(record) as { hostLink: string }).hostLink);
  expect(cables(links).length).toBe(COUNT);
  expect(processes().filter((words) => words.includes("conmon")).length).toBe(COUNT);
  expect(processes().filter((words) => !/conmon|aardvark-dns/.test(words))).toEqual([]);

  expect((await lines("rm", "-f", ...names)).length).toBe(COUNT);
  expect(await at.cli(["network", "rm", "fleet"])).toMatchObject({ stdout: "fleet\n", exitCode: 0 });
  expect(await lastOf(() => [...cables(links), ...processes(), ...at.leftovers()])).toEqual([]);
  expect(await publishedRules()).toEqual([]);
});
