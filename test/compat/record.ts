// Records what the real Docker answers: `DOCKER_HOST=… bun test/compat/record.ts [group…]`.
import { dockerVersion } from "../support/docker.ts";
import { dockerSide, isDockerEmpty } from "./docker-side.ts";
import { formatGolden, goldenPath } from "./golden.ts";
import { groups } from "./scenarios/index.ts";
import { playScenario } from "./transcript.ts";

const version = await dockerVersion();
if (version === undefined) {
  console.error("No Docker engine answers: set DOCKER_HOST");
  process.exit(1);
}

const wanted = process.argv.slice(2);
const side = await dockerSide();
for (const group of groups) {
  if (wanted.length > 0 && !wanted.includes(group.name)) continue;
  if (group.alone && !(await isDockerEmpty())) {
    console.log(`${group.name}: left as it was, since the engine holds other objects`);
    continue;
  }
  const transcripts = new Map<string, string>();
  for (const scenario of group.scenarios) {
    transcripts.set(scenario.name, await playScenario(scenario, side));
  }
  await Bun.write(goldenPath(group.name), formatGolden(transcripts));
  console.log(`${group.name}: ${transcripts.size} scenarios from Docker ${version}`);
}
