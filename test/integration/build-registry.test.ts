import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { buildFolder } from "../support/build-folder.ts";
import { type DockerRegistry, dockerRegistry, hasRegistry } from "../support/docker-registry.ts";
import { engineRoot, IMAGE } from "../support/engine-root.ts";

setDefaultTimeout(60_000);

describe.skipIf(!hasRegistry)("with a registry", () => {
  let server: DockerRegistry;
  beforeAll(async () => {
    server = await dockerRegistry();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("a machine that shares nothing else takes the steps of another from the cache that it pushed", async () => {
    const ref = `${server.host}/team/cache:main`;
    const dockerfile = `FROM ${IMAGE} AS made
RUN cat /proc/sys/kernel/random/uuid > /uuid
FROM ${IMAGE}
COPY --from=made /uuid /uuid
RUN cp /uuid /again
`;
    const ids: string[] = [];
    for (const words of [
      ["--cache-to", `type=registry,ref=${ref},mode=max`],
      ["--cache-from", ref],
    ]) {
      await using at = await engineRoot();
      const folder = await buildFolder(at);
      const outcome = await folder.build(["-t", "shared", ...words], dockerfile);
      expect(outcome).toMatchObject({ exitCode: 0 });
      expect(folder.steps(outcome).ran).toHaveLength(ids.length === 0 ? 3 : 0);
      ids.push((await at.cli(["image", "inspect", "--format", "{{ .Id }}", "shared"])).stdout);
    }
    expect(ids[0]).toStartWith("sha256:");
    expect(ids[1]).toBe(ids[0] ?? "");
  });

  test("a cache that is not there yet is no reason to fail", async () => {
    await using at = await engineRoot();
    const folder = await buildFolder(at);
    const outcome = await folder.build(
      ["--cache-from", `type=registry,ref=${server.host}/nothing:here`],
      `FROM ${IMAGE}\nRUN true\n`,
    );
    expect(outcome.exitCode).toBe(0);
  });
});
