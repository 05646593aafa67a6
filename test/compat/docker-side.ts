import { docker } from "../support/docker.ts";
import { runProcess } from "../support/run-process.ts";
import { PREFIX } from "./scenario.ts";
import type { Side } from "./transcript.ts";

/** The real Docker. It may hold objects of others: only those with the prefix of the scenarios are removed. */
export async function dockerSide(): Promise<Side> {
  const { stdout } = await docker(["info", "--format", "{{.DockerRootDir}}"]);
  return { name: "docker", env: ENV, masks: [{ from: stdout.trim(), to: "<root>" }], clean };
}

const ENV = { TZ: "UTC", LC_ALL: "C", DOCKER_CLI_HINTS: "false" };

async function clean(): Promise<void> {
  const commands = [
    `docker ps -aq --filter name=^/${PREFIX} | xargs -r docker rm -fv`,
    `docker network ls -q --filter name=^${PREFIX} | xargs -r docker network rm`,
    `docker volume ls -q --filter name=^${PREFIX} | xargs -r docker volume rm`,
    `docker image ls --format '{{.Repository}}:{{.Tag}}' --filter 'reference=${PREFIX}*' | xargs -r docker rmi -f`,
    "docker image ls -aq --filter label=compat | xargs -r docker rmi -f",
  ];
  for (const command of commands) await runProcess(["sh", "-c", command], { env: ENV });
}

/** True when the engine holds no image, container or volume, so that nothing of others shows in what it answers. */
export async function isDockerEmpty(): Promise<boolean> {
  const { stdout } = await docker(["system", "df", "--format", "{{.TotalCount}}"]);
  return stdout.split("\n").every((count) => count === "" || count === "0");
}
