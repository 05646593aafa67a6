import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../store/index.ts";
import { recordBuild } from "../cache/build-table.ts";
import { deleteEntry } from "../cache/cache-table.ts";
import type { RoomContext } from "../room-context.ts";
import type { Outcome } from "./outcome.ts";
import { TestBuild, testRooms } from "./solver.fixture.ts";

async function withRooms(section: (rooms: RoomContext, folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "strake-solver-"));
  const store = openStore(join(folder, "root"), join(folder, "run"));
  try {
    await section(testRooms(store), folder);
    expect(store.rows("SELECT * FROM leases")).toEqual([]);
    expect(existsSync(join(folder, "root/tmp")) ? readdirSync(join(folder, "root/tmp")) : []).toEqual([]);
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function record(rooms: RoomContext, outcomes: readonly Outcome[]): void {
  const id = String(Math.random());
  recordBuild(rooms.store, {
    id,
    started: Date.now(),
    project: "test",
    status: "done",
    image: undefined,
    outcomes,
  });
}

test("a step runs once, and comes from the cache in the next build", async () => {
  await withRooms(async (rooms) => {
    for (const status of ["ran", "cached"] as const) {
      const build = new TestBuild(rooms);
      const target = build.run(build.scratch(), ["hello"]);
      const solver = build.solver();
      const outcome = await solver.solve(target);
      solver.finish();
      await build.session.close();
      expect(outcome.status).toBe(status);
      expect(build.executed).toEqual(status === "ran" ? ["hello"] : []);
      expect(outcome.result).toMatchObject({ kind: "stack", top: expect.stringContaining("sha256:") });
    }
  });
});

test("what two steps need is made once, and steps that do not need each other run at the same time", async () => {
  await withRooms(async (rooms) => {
    const build = new TestBuild(rooms);
    const base = build.run(build.scratch(), ["base"]);
    const left = build.run(base, ["left"]);
    const right = build.run(base, ["right"]);
    const both = Promise.withResolvers<void>();
    let arrived = 0;
    build.beforeEnd = async ([content]) => {
      if (content === "base") return;
      arrived += 1;
      if (arrived === 2) both.resolve();
      await both.promise;
    };
    const solver = build.solver();
    await Promise.all([solver.solve(left), solver.solve(right)]);
    await build.session.close();
    expect(build.executed.toSorted()).toEqual(["base", "left", "right"]);
  });
});

test("two builds at the same time make an equal step once", async () => {
  await withRooms(async (rooms) => {
    const builds = [new TestBuild(rooms), new TestBuild(rooms)];
    const statuses = await Promise.all(
      builds.map(async (build) => {
        const { status } = await build.solver().solve(build.run(build.scratch(), ["same"]));
        return status;
      }),
    );
    for (const build of builds) await build.session.close();
    expect(statuses.toSorted()).toEqual(["cached", "ran"]);
    expect(builds.flatMap(({ executed }) => executed)).toEqual(["same"]);
  });
});

test("a step that gives what it gave before lets the steps above it come from the cache", async () => {
  await withRooms(async (rooms) => {
    const first = new TestBuild(rooms);
    await first.solver().solve(first.run(first.run(first.scratch(), ["one"], { env: ["A=1"] }), ["two"]));
    await first.session.close();
    const second = new TestBuild(rooms);
    const changed = second.run(second.scratch(), ["one"], { env: ["A=2"] });
    const outcome = await second.solver().solve(second.run(changed, ["two"]));
    await second.session.close();
    expect(second.executed).toEqual(["one"]);
    expect(outcome.status).toBe("cached");
  });
});

test("a miss says what changed since the build before", async () => {
  await withRooms(async (rooms) => {
    const reasons = async (args: readonly string[], env: readonly string[], more = {}) => {
      const build = new TestBuild(rooms);
      const solver = build.solver();
      const outcome = await solver.solve(build.run(build.scratch(), args, { env, ...more }));
      record(rooms, solver.outcomes);
      await build.session.close();
      return outcome.reasons.map(({ text }) => text);
    };
    expect(await reasons(["make"], ["V=1"])).toEqual(["it was not built before"]);
    expect(await reasons(["make"], ["V=2"])).toEqual(["variable V changed: 1 -> 2"]);
    expect(await reasons(["make"], ["V=2"])).toEqual([]);
    expect(await reasons(["make", "all"], ["V=2"])).toEqual([
      "the instruction changed: RUN make -> RUN make all",
    ]);
    expect(await reasons(["make", "all"], ["V=2"], { ignoreCache: true })).toEqual([
      "the cache was not to be used",
    ]);
    for (const { key } of rooms.store.rows<{ key: string }>("SELECT key FROM build_cache")) {
      deleteEntry(rooms.store, key as never);
    }
    expect(await reasons(["make", "all"], ["V=2"])).toEqual(["its result was removed from the cache"]);
  });
});

test("a failing step ends the build, and the steps before it stay cached", async () => {
  await withRooms(async (rooms) => {
    const build = new TestBuild(rooms);
    const good = build.run(build.scratch(), ["good"]);
    const solver = build.solver();
    await expect(solver.solve(build.run(good, ["fail"]))).rejects.toThrow("this step fails");
    await build.session.close();
    expect(build.events.filter((event) => event.kind === "completed" && event.error)).toHaveLength(1);
    expect(rooms.store.rows("SELECT * FROM build_cache")).toHaveLength(1);
  });
});

test("the layer of a cached step stays until the step is forgotten", async () => {
  await withRooms(async (rooms, folder) => {
    const build = new TestBuild(rooms);
    const { result, key } = await build.solver().solve(build.run(build.scratch(), ["kept"]));
    await build.session.close();
    if (result.kind !== "stack" || result.top === undefined || key === undefined) throw new Error("no layer");
    const [layer] = rooms.store.rows<{ id: string }>("SELECT id FROM layers");
    expect(readFileSync(join(folder, `root/layers/${layer?.id}/fs/file`), "utf8")).toBe("kept");
    expect(await rooms.layers.collect(result.top)).toEqual([]);
    deleteEntry(rooms.store, key);
    expect(await rooms.layers.collect(result.top)).toHaveLength(1);
  });
});
