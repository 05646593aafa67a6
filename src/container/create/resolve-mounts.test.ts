import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineError } from "../../base/index.ts";
import type { ContainerConfig, HostConfig, MountPoint, MountRequest } from "../../spec/index.ts";
import { ensureBindSources, type MountFacts, resolveMounts } from "./resolve-mounts.ts";

let folder = "";
let made: string[] = [];
const other: MountPoint[] = [
  {
    Type: "volume",
    Name: "ov",
    Source: "/ov",
    Destination: "/x",
    Driver: "local",
    Mode: "z",
    RW: true,
    Propagation: "",
  },
];
const facts: MountFacts = {
  volumes: {
    create: ({ name = `anon${made.length}` }) => {
      made.push(name);
      return { name, path: `/volumes/${name}/_data` };
    },
  },
  findContainer: () => ({ mounts: other }),
  checkImage: (name) => {
    if (name !== "img") throw new EngineError("notFound", `No such image: ${name}:latest`);
  },
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "strake-mounts-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function resolve(hostConfig: Partial<HostConfig>, volumes: ContainerConfig["Volumes"] = {}): MountPoint[] {
  made = [];
  return resolveMounts({ config: { Volumes: volumes }, hostConfig }, facts);
}

function shown(points: readonly MountPoint[]): object[] {
  return points.map(({ request: _, ...point }) => point);
}

describe("-v", () => {
  test("of an absolute path is a bind, also where nothing is there yet", () => {
    expect(shown(resolve({ Binds: ["/nope/../nope2:/x/../y/:ro,rslave"] }))).toEqual([
      {
        Type: "bind",
        Source: "/nope2",
        Destination: "/y",
        Mode: "ro,rslave",
        RW: false,
        Propagation: "rslave",
      },
    ]);
  });

  test("of a name is a volume", () => {
    expect(shown(resolve({ Binds: ["vol:/v"] }))).toEqual([
      {
        Type: "volume",
        Name: "vol",
        Source: "/volumes/vol/_data",
        Destination: "/v",
        Driver: "local",
        Mode: "z",
        RW: true,
        Propagation: "",
      },
    ]);
  });

  const bad: [string, string][] = [
    ["x:y:z:w", "invalid volume specification: 'x:y:z:w'"],
    [":/x", "invalid volume specification: ':/x'"],
    ["/a:", "invalid volume specification: '/a:'"],
    ["", "invalid volume specification: ''"],
    ["/x:ro", "invalid volume specification: '/x:ro'"],
    [
      "/a:b",
      `invalid volume specification: '/a:b': invalid mount config for type "bind": invalid mount path: 'b' mount path must be absolute`,
    ],
    [
      "/tmp:/",
      `invalid volume specification: '/tmp:/': invalid mount config for type "bind": invalid specification: destination can't be '/'`,
    ],
    ["/tmp:/x:foo", "invalid mode: foo"],
    ["/tmp:/x:ro,rw", "invalid mode: ro,rw"],
    [
      "/tmp:/x:nocopy",
      `invalid volume specification: '/tmp:/x:nocopy': invalid mount config for type "bind": field VolumeOptions must not be specified`,
    ],
    [
      "vx:/x:rslave",
      `invalid volume specification: 'vx:/x:rslave': invalid mount config for type "volume": field BindOptions must not be specified`,
    ],
    ["v:/x", "create v: volume name is too short, names should be at least two alphanumeric characters"],
  ];
  test.each(bad)("%s is refused", (text, message) => {
    expect(() => resolve({ Binds: [text] })).toThrow(message);
    expect(made).toEqual([]);
  });

  test("makes its missing source when the container starts", () => {
    const source = join(folder, "new/deep");
    const points = resolve({ Binds: [`${source}:/x`] });
    expect(existsSync(source)).toBe(false);
    ensureBindSources(points);
    expect(existsSync(source)).toBe(true);
  });
});

describe("--mount", () => {
  const bad: [MountRequest, string][] = [
    [
      { Type: "bind", Source: "/nope", Target: "/x" },
      'invalid mount config for type "bind": bind source path does not exist: /nope',
    ],
    [{ Type: "bind", Target: "/x" }, 'invalid mount config for type "bind": field Source must not be empty'],
    [
      { Type: "bind", Source: "/tmp", Target: "" },
      'invalid mount config for type "bind": field Target must not be empty',
    ],
    [
      { Type: "bind", Source: "/tmp", Target: "/x", BindOptions: { Propagation: "foo" } },
      'invalid mount config for type "bind": invalid propagation mode: foo',
    ],
    [
      { Type: "bind", Source: "/tmp", Target: "/x", VolumeOptions: {} },
      'VolumeOptions must not be specified on mount type "bind"',
    ],
    [
      { Type: "volume", Target: "/x", ReadOnly: true },
      'invalid mount config for type "volume": must not set ReadOnly mode when using anonymous volumes',
    ],
    [
      { Type: "volume", Source: "vq", Target: "/x", VolumeOptions: { Subpath: "../x" } },
      'invalid mount config for type "volume": subpath must be a relative path within the volume',
    ],
    [
      { Type: "tmpfs", Source: "a", Target: "/x" },
      'invalid mount config for type "tmpfs": field Source must not be specified',
    ],
    [
      { Type: "image", Target: "/x" },
      'invalid mount config for type "image": field Source must not be empty',
    ],
    [{ Type: "image", Source: "nope", Target: "/x" }, "No such image: nope:latest"],
  ];
  test.each(bad)("%j is refused", (request, message) => {
    expect(() => resolve({ Binds: ["made:/made"], Mounts: [request] })).toThrow(message);
    expect(made).toEqual([]);
  });

  test("lists tmpfs and images too", () => {
    const points = resolve({
      Mounts: [
        { Type: "tmpfs", Target: "/t" },
        { Type: "image", Source: "img", Target: "/i" },
      ],
    });
    expect(shown(points)).toEqual([
      { Type: "tmpfs", Source: "", Destination: "/t", Mode: "", RW: true, Propagation: "" },
      {
        Type: "image",
        Name: "img",
        Source: "",
        Destination: "/i",
        Mode: "",
        RW: false,
        Propagation: "rprivate",
      },
    ]);
  });

  test("whose source has gone is refused at the next start", () => {
    const points = resolve({ Mounts: [{ Type: "bind", Source: folder, Target: "/x" }] });
    const gone = points.map((point) => ({ ...point, Source: join(folder, "gone") }));
    expect(() => ensureBindSources(gone)).toThrow("bind source path does not exist");
  });
});

describe("one target", () => {
  const twice: Partial<HostConfig>[] = [
    { Binds: ["/tmp:/x", "/tmp:/x/"] },
    { Binds: ["/tmp:/x"], Tmpfs: { "/x": "" } },
    { Binds: ["/tmp:/x"], Mounts: [{ Type: "tmpfs", Target: "/x" }] },
  ];
  test.each(twice)("cannot be mounted on twice: %j", (hostConfig) => {
    expect(() => resolve(hostConfig)).toThrow("Duplicate mount point: /x");
  });

  test("that the user mounts on hides the image's volume there", () => {
    expect(resolve({ Binds: ["/tmp:/iv"] }, { "/iv": {} })).toHaveLength(1);
    expect(resolve({ Tmpfs: { "/iv/": "" } }, { "/iv": {} })).toEqual([]);
    expect(made).toEqual([]);
  });

  test("of the image becomes an anonymous volume where nothing else is", () => {
    expect(shown(resolve({}, { "/iv": {} }))).toMatchObject([
      { Name: "anon0", Destination: "/iv", Mode: "" },
    ]);
  });
});

test("--volumes-from takes over another container's mounts, read-only if asked, hidden by one's own", () => {
  expect(shown(resolve({ VolumesFrom: ["c:ro"] }))).toMatchObject([{ Name: "ov", RW: false, Mode: "ro" }]);
  expect(shown(resolve({ VolumesFrom: ["c"], Binds: ["/tmp:/x"] }))).toMatchObject([{ Type: "bind" }]);
  expect(() => resolve({ VolumesFrom: ["c:foo"] })).toThrow("invalid mode: foo");
});
