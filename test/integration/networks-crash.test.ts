import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { type CrashScenario, crashLoop, seededRandom } from "../support/crash-loop.ts";
import { type EngineRoot, engineRoot, IMAGE } from "../support/engine-root.ts";
import { fsck } from "../support/fsck.ts";
import { lastOf } from "../support/last-of.ts";
import { networkStrays } from "../support/network-strays.ts";
import { runProcess } from "../support/run-process.ts";

setDefaultTimeout(120_000);

const SEED = Number(process.env.STRAKE_TEST_SEED ?? "7");
const SECONDS = 2;
const START = ["run", "-d", "--name", "box", "--network", "pier", "-p", "28610:80", IMAGE, "sleep", "1000"];
let at: EngineRoot;
let others: string;

beforeAll(async () => {
  at = await engineRoot();
  await runProcess([
    "nft",
    "add table ip straketest; add chain ip straketest keep { type filter hook forward priority 5; }; add rule ip straketest keep counter accept",
  ]);
  others = await ruleOfOthers();
  for (const name of ["pier", "quay"]) await at.cli(["network", "create", name]);
});
afterAll(async () => {
  await runProcess(["nft", "delete", "table", "ip", "straketest"]);
  await at.expectNothingLeft();
  await at.cli(["network", "prune", "-f"]);
  await at[Symbol.asyncDispose]();
});

async function ruleOfOthers(): Promise<string> {
  const { stdout } = await runProcess(["nft", "-s", "list", "table", "ip", "straketest"]);
  return stdout;
}

async function answer(...words: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await at.cli(words);
  expect({ words, stderr, exitCode }).toEqual({ words, stderr: "", exitCode: 0 });
  return stdout.trim();
}

/** Kills the command again and again; what the next commands see must be one of the states `whole`. */
const crash = (
  name: string,
  scenario: CrashScenario & { readonly see: () => Promise<string>; readonly whole: readonly string[] },
) =>
  crashLoop(`${name} of seed ${SEED}`, scenario, {
    env: at.root.env,
    random: seededRandom(SEED),
    seconds: SECONDS,
    async check(what) {
      await answer("network", "ls");
      // A monitor whose container was never begun ends a moment after its starter.
      expect({ what, wrong: await lastOf(() => fsck(at.root.env)) }).toEqual({ what, wrong: [] });
      expect({ what, wrong: await lastOf(() => networkStrays(at.store)) }).toEqual({ what, wrong: [] });
      const seen = await scenario.see();
      if (!scenario.whole.includes(seen))
        expect({ what, seen }).toEqual({ what, seen: scenario.whole.join(" or ") });
      expect(await ruleOfOthers()).toBe(others);
    },
  });

const remove = () => at.cli(["rm", "-f", "box"]);
const portsOf = async () => (await at.cli(["port", "box"])).stdout.trim();
const networksOf = () =>
  answer(
    "inspect",
    "-f",
    "{{range $name, $net := .NetworkSettings.Networks}}{{$name}} {{$net.IPAddress}} {{end}}",
    "box",
  );
const PUBLISHED = "80/tcp -> 0.0.0.0:28610";

test("a container whose start is killed has all of its network or nothing", () =>
  crash("run", { command: () => START, see: portsOf, whole: ["", PUBLISHED], after: remove }));

test("a running container whose removal is killed leaves no cable, rule or port", () =>
  crash("rm", {
    before: () => answer(...START),
    command: () => ["rm", "-f", "box"],
    see: portsOf,
    whole: ["", PUBLISHED],
    after: remove,
  }));

test("ports whose change is killed are all as they were, or all as they were to be", async () => {
  await answer(...START);
  await crash("publish", {
    command: () => ["update", "--publish-add", "28611:81", "--publish-rm", "28610:80", "box"],
    see: portsOf,
    whole: [PUBLISHED, "81/tcp -> 0.0.0.0:28611"],
    after: () => at.cli(["update", "--publish-add", "28610:80", "--publish-rm", "81", "box"]),
  });
  await remove();
});

test("a container that is killed off a network, or onto one, is on it whole or not at all", async () => {
  await answer(...START);
  const [, address = ""] = (await networksOf()).split(" ");
  const states = /^pier \S+( quay \S+)?$/;
  const see = async () => {
    const [networks, ports] = [await networksOf(), await portsOf()];
    const inside = (await answer("exec", "box", "sh", "-c", "ls /sys/class/net"))
      .split("\n")
      .sort()
      .join(" ");
    return states.test(networks) && inside === (networks.includes("quay") ? "eth0 eth1 lo" : "eth0 lo")
      ? `whole, ${ports}`
      : `${networks}, ${inside}, ${ports}`;
  };
  const whole = [`whole, ${PUBLISHED}`];
  await crash("connect", {
    command: () => ["network", "connect", "quay", "box"],
    see,
    whole,
    after: () => at.cli(["network", "disconnect", "quay", "box"]),
  });
  await crash("disconnect", {
    before: () => at.cli(["network", "connect", "quay", "box"]),
    command: () => ["network", "disconnect", "quay", "box"],
    see,
    whole,
    after: () => at.cli(["network", "disconnect", "quay", "box"]),
  });
  expect((await networksOf()).split(" ")[1]).toBe(address);
  await remove();
});
