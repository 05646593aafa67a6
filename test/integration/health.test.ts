import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { type EngineRoot, engineRoot } from "../support/engine-root.ts";

setDefaultTimeout(60_000);
let at: EngineRoot;
beforeAll(async () => {
  at = await engineRoot();
});
afterEach(() => at.expectNothingLeft());
afterAll(() => at[Symbol.asyncDispose]());

const MS = 1_000_000;
const SLEEP = ["sleep", "1000"];
/** Ends well when there is /ok, without it fails: twice, then the probe waits for it, so that a test can look. */
const TWICE = `if ! test -e /ok; then
    echo >> /failed
    until test -e /ok || [ $(wc -l < /failed) -lt 3 ]; do sleep 0.05; done
  fi
  cat /ok`;
const check = (test: string, more: Readonly<Record<string, number>> = {}) => ({
  config: {
    Healthcheck: { Test: ["CMD-SHELL", test], Interval: 150 * MS, Timeout: 60_000 * MS, Retries: 2, ...more },
  },
});

async function inside(id: string, script: string): Promise<void> {
  const exec = await at.engine.containers.exec(id, {
    Cmd: ["sh", "-c", script],
    Tty: false,
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
  });
  await at.engine.containers.execStart(exec, undefined);
}

test("a container goes from starting to healthy to unhealthy and back, as its probes say, and the events tell", async () => {
  const since = BigInt(Date.now()) * 1_000_000n;
  const id = await at.start(SLEEP, check(TWICE));
  await inside(id, "echo fine > /new; mv /new /ok");
  const healthy = await at.until(id, ({ health }) => health?.Status === "healthy");
  expect(healthy.health).toMatchObject({ FailingStreak: 0 });
  expect(healthy.health?.Log.at(-1)).toMatchObject({ ExitCode: 0, Output: "fine\n" });
  await inside(id, "rm -f /failed /ok");
  const ill = await at.until(id, ({ health }) => health?.Status === "unhealthy");
  expect(ill.health).toMatchObject({ FailingStreak: 2 });
  await inside(id, "touch /ok");
  await at.until(id, ({ health }) => health?.Status === "healthy");
  const filters = { event: ["health_status"], container: [id] };
  const events = at.engine.system.events({ since, until: BigInt(Date.now() + 1) * 1_000_000n, filters });
  const told = (await Array.fromAsync(events)).map(({ action }) => action);
  expect(told.slice(-3)).toEqual([
    "health_status: healthy",
    "health_status: unhealthy",
    "health_status: healthy",
  ]);
});

test("until the first probe the health is starting", async () => {
  const id = await at.start(SLEEP, check("true", { Interval: 3_600_000 * MS }));
  expect((await at.record(id)).health).toEqual({ Status: "starting", FailingStreak: 0, Log: [] });
  expect((await at.engine.containers.inspect(id)).status).toMatch(/^Up .* \(health: starting\)$/);
});

test("the newest five probes are kept, with the start of what they wrote", async () => {
  const id = await at.start(
    SLEEP,
    check("n=$(cat /n); [ $n = 7 ] && sleep 1000; echo $((n + 1)) | tee /n; seq 5000", { Interval: 20 * MS }),
  );
  const { health } = await at.until(
    id,
    ({ health }) => health?.Log.at(-1)?.Output.startsWith("7\n") === true,
  );
  expect(health?.Log.map(({ Output }) => Output.split("\n")[0])).toEqual(["3", "4", "5", "6", "7"]);
  expect(health?.Log[0]?.Output.length).toBe(4096);
  expect(at.store.rows("SELECT id FROM execs").length).toBeLessThanOrEqual(1);
});

test("a probe that takes too long is killed and counts as a failure", async () => {
  const id = await at.start(
    SLEEP,
    check("exec sleep 999", { Timeout: 100 * MS, Retries: 1, Interval: 50 * MS }),
  );
  const { health } = await at.until(id, ({ health }) => health?.Status === "unhealthy");
  expect(health?.Log[0]).toMatchObject({ ExitCode: -1, Output: "Health check exceeded timeout (100ms)" });
  const { processes } = await at.engine.containers.top(id, []);
  expect(processes.filter((row) => row.join(" ").includes("sleep 999")).length).toBeLessThanOrEqual(1);
});

test("failures in the start period do not count, a success ends it", async () => {
  const id = await at.start(
    SLEEP,
    check("test -e /ok", { StartPeriod: 60_000 * MS, StartInterval: 30 * MS, Retries: 1 }),
  );
  const starting = await at.until(id, ({ health }) => (health?.Log.length ?? 0) >= 3);
  expect(starting.health).toMatchObject({ Status: "starting", FailingStreak: 0 });
  await inside(id, "touch /ok");
  await at.until(id, ({ health }) => health?.Status === "healthy");
  await inside(id, "rm /ok");
  await at.until(id, ({ health }) => health?.Status === "unhealthy");
});

test("a probe that cannot be run is a failure that says why", async () => {
  const id = await at.start(SLEEP, {
    config: { Healthcheck: { Test: ["CMD", "nothere"], Interval: 50 * MS, Retries: 1 } },
  });
  const { health } = await at.until(id, ({ health }) => health?.Status === "unhealthy");
  expect(health?.Log[0]?.ExitCode).toBe(-1);
  expect(health?.Log[0]?.Output).toContain("executable file not found in $PATH");
});

test("the process that checks ends with its container, and one that is started again is checked again", async () => {
  const id = await at.start(SLEEP, {
    ...check("test -e /mem/ok", { Interval: 50 * MS, Retries: 1_000_000 }),
    hostConfig: { Tmpfs: { "/mem": "" } },
  });
  await inside(id, "touch /mem/ok");
  await at.until(id, ({ health }) => health?.Status === "healthy");
  const [attendant = 0, ...others] = attendants(id);
  expect(others).toEqual([]);
  await at.engine.containers.kill(id);
  expect((await at.record(id)).health?.Status).toBe("unhealthy");
  while (attendants(id).includes(attendant)) await Bun.sleep(10);
  await at.engine.containers.start(id);
  expect((await at.record(id)).health?.Status).toBe("starting");
  await inside(id, "touch /mem/ok");
  await at.until(id, ({ health }) => health?.Status === "healthy");
});

test("--no-healthcheck checks nothing", async () => {
  const id = await at.start(SLEEP, { config: { Healthcheck: { Test: ["NONE"] } } });
  expect((await at.record(id)).health).toBeNull();
  expect(attendants(id)).toEqual([]);
});

function attendants(id: string): number[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return words.includes("attend") && words.includes(id);
      } catch {
        return false;
      }
    });
}
