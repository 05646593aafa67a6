import { describe, expect, test } from "bun:test";
import { hasBusybox } from "../support/busybox-archive.ts";
import { dockerVersion } from "../support/docker.ts";
import { dockerSide, isDockerEmpty } from "./docker-side.ts";
import { readGolden } from "./golden.ts";
import { groups } from "./scenarios/index.ts";
import { strakeSide } from "./strake-side.ts";
import { playScenario } from "./transcript.ts";

const TIMEOUT = 60_000;
const able = hasBusybox && process.getuid?.() === 0;
const live = process.env.STRAKE_COMPAT_LIVE === "1" && (await dockerVersion()) !== undefined;

if (!live)
  test.skip("the golden files hold what Docker answers: needs STRAKE_COMPAT_LIVE=1 and an engine", () => {});

for (const group of groups) {
  const golden = await readGolden(group.name);

  describe.skipIf(!able)(`Strake answers as Docker does: ${group.name}`, () => {
    for (const scenario of group.scenarios) {
      const play = async () =>
        expect(await playScenario(scenario, await strakeSide())).toBe(golden.get(scenario.name) ?? "");
      test(scenario.name, play, TIMEOUT);
    }
  });

  if (!live || (group.alone && !(await isDockerEmpty()))) continue;
  describe.skipIf(!able)(`the golden files hold what Docker answers: ${group.name}`, () => {
    for (const scenario of group.scenarios) {
      const play = async () =>
        expect(await playScenario(scenario, await dockerSide())).toBe(golden.get(scenario.name) ?? "");
      test(scenario.name, play, TIMEOUT);
    }
  });
}
