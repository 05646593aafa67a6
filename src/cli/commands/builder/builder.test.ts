import { describe, expect, test } from "bun:test";
import type { Builds, CacheRecord, Engine } from "../../../engine/index.ts";
import { runCommandLine } from "../../dispatch.ts";
import { createMemoryIo, type MemoryIoOptions } from "../../io/memory-io.ts";

async function run(line: string, builds: Partial<Builds> = {}, more: MemoryIoOptions = {}) {
  const io = createMemoryIo({ engine: { builds } as Engine, ...more });
  const status = await runCommandLine(line.split(" "), io);
  return { status, out: io.stdoutText(), err: io.stderrText() };
}

const record = (more: Partial<CacheRecord>): CacheRecord => ({
  id: "a1n10fm0nrcsr1kl71n5qk73y",
  parents: [],
  createdAt: Date.parse("2026-11-25T02:48:00.213Z"),
  lastUsedAt: undefined,
  usageCount: 1,
  mutable: false,
  reclaimable: true,
  shared: false,
  size: 31,
  description: "[2/2] COPY . /",
  type: "regular",
  ...more,
});

const RECORDS = [
  record({ parents: ["c8m3jc7kyen19mvp40cwvvjey"], shared: true, size: 1_982_000 }),
  record({
    id: "3sqcy84z0nc78g8qk6vya88oa",
    mutable: true,
    type: "exec.cachemount",
    lastUsedAt: Date.now() - 61_000,
  }),
];

describe("builder du", () => {
  const usage = async () => RECORDS;

  test("is a table with stars for what can change and what is shared, and sums", async () => {
    expect((await run("builder du", { usage })).out).toBe(
      "ID                           RECLAIMABLE   SIZE       LAST ACCESSED\n" +
        "a1n10fm0nrcsr1kl71n5qk73y    true          1.982MB*   \n" +
        "3sqcy84z0nc78g8qk6vya88oa*   true          31B        About a minute ago\n" +
        "Shared:         1.982MB\nPrivate:        31B\nReclaimable:    1.982MB\nTotal:          1.982MB\n",
    );
  });

  test("has no sums when it shows a part only, and passes the filters on", async () => {
    const asked: unknown[] = [];
    const filtered = async (filters: unknown) => {
      asked.push(filters);
      return [];
    };
    const { out } = await run("buildx du --filter type=regular --filter until=1h", { usage: filtered });
    expect(out).toBe("ID        RECLAIMABLE   SIZE      LAST ACCESSED\n");
    expect(asked).toEqual([{ type: ["regular"], until: ["1h"] }]);
  });

  test("tells everything of each record", async () => {
    expect((await run("builder du --verbose", { usage })).out).toStartWith(
      "ID:           a1n10fm0nrcsr1kl71n5qk73y\nParent:       c8m3jc7kyen19mvp40cwvvjey\n" +
        "Created at:   2026-11-25 02:48:00.213 +0000 UTC\nMutable:      false\nReclaimable:  true\nShared:       true\n" +
        "Size:         1.982MB\nDescription:  [2/2] COPY . /\nUsage count:  1\nType:         regular\n\n",
    );
  });

  test("prints any format", async () => {
    const template = await run("builder du --format {{.ID}}/{{.Mutable}}/{{.Size}}", { usage });
    expect(template.out).toBe(
      "a1n10fm0nrcsr1kl71n5qk73y/false/1.982MB\n3sqcy84z0nc78g8qk6vya88oa/true/31B\n",
    );
    const json = (await run("builder du --format json", { usage })).out.split("\n")[1] ?? "";
    expect(JSON.parse(json)).toMatchObject({
      Mutable: true,
      Parents: [],
      UsageCount: 1,
      LastUsedAt: "About a minute ago",
    });
  });
});

test("builder why tells the steps of a build, or gives them to a program", async () => {
  const step = {
    name: "[2/2] COPY . /",
    status: "ran",
    reasons: ["f: content changed"],
    changes: [],
    duration: 100,
  } as const;
  const why = async (image: string) => ({ image, builtAt: Date.now() - 2000, steps: [step] });
  expect((await run("builder why hello:1", { why })).out).toBe(
    "hello:1, built 2 seconds ago\nran, 0.1s   [2/2] COPY . /\n            f: content changed\n",
  );
  expect(JSON.parse((await run("builder why --json last", { why })).out).steps).toEqual([step]);
});

describe("buildx", () => {
  test("knows one builder, which can be named and chosen", async () => {
    expect((await run("buildx ls")).out).toMatch(
      /^NAME\/NODE +DRIVER\/ENDPOINT +STATUS +BUILDKIT +PLATFORMS\ndefault\* +docker +\n \\_ default +\\_ default +running +strake-\S+ +linux\/\w+\n$/,
    );
    expect((await run("buildx inspect")).out).toMatch(/^Name: +default\nDriver: docker\n\nNodes:\nName: /);
    expect(await run("buildx use default")).toEqual({ status: 0, out: "", err: "" });
    expect((await run("buildx version")).out).toMatch(/^strake \d/);
  });

  test.each([
    "buildx use other",
    "buildx inspect other",
    "builder du --builder other",
    "buildx prune --builder other",
  ])("%s is refused", async (line) => {
    const { status, err } = await run(line);
    expect([status, err.split("\n")[0]]).toEqual([1, 'no builder "other" found']);
  });

  test("makes no other builders", async () => {
    const { status, err } = await run("buildx create --name b --use --driver docker-container");
    expect(status).toBe(1);
    expect(err).toContain("Strake is its own builder");
  });
});

describe("builder prune", () => {
  const removing = (asked: unknown[]): Partial<Builds> => ({
    prune: async (request) => {
      asked.push(request);
      return { removed: RECORDS, reclaimed: 31 };
    },
  });

  test("asks first, and takes no answer for a no", async () => {
    const asked: unknown[] = [];
    const { status, out } = await run("builder prune", removing(asked));
    expect([status, out, asked]).toEqual([
      0,
      "WARNING! This will remove all dangling build cache. Are you sure you want to continue? [y/N] ",
      [],
    ]);
    const all = await run("builder prune -a", removing(asked), { input: "y\n" });
    expect(all.out).toStartWith("WARNING! This will remove all build cache. Are you sure");
    expect(asked).toHaveLength(1);
  });

  test("removes within the limits given, and says what went", async () => {
    const asked: unknown[] = [];
    const line =
      "builder prune -f --filter until=24h --keep-storage 1k --max-used-space 2k --min-free-space 3k";
    const { out, err } = await run(line, removing(asked));
    expect(asked).toEqual([
      {
        all: false,
        filters: { until: ["24h"] },
        reservedSpace: 1024,
        maxUsedSpace: 2048,
        minFreeSpace: 3072,
      },
    ]);
    expect(out).toStartWith("ID  ");
    expect(out).toEndWith("\nTotal:\t31B\n");
    expect(err).toBe(
      "Flag --keep-storage has been deprecated, keep-storage flag has been changed to reserved-space\n",
    );
  });

  test("refuses an age that is none", async () => {
    const { status, err } = await run("builder prune -f --filter until=zz", removing([]));
    expect([status, err]).toEqual([
      1,
      `"until" filter expects a duration (e.g., '24h'): time: invalid duration "zz"\n`,
    ]);
  });
});
