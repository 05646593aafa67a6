import { describe, expect, test } from "bun:test";
import { EngineError } from "../base/index.ts";
import type { Engine } from "../engine/index.ts";
import { runCommandLine } from "./dispatch.ts";
import { createMemoryIo, type MemoryIoOptions } from "./io/memory-io.ts";

async function run(line: string, options: MemoryIoOptions = {}) {
  const io = createMemoryIo(options);
  const status = await runCommandLine(line === "" ? [] : line.split(" "), io);
  return { status, out: io.stdoutText(), err: io.stderrText() };
}

describe("what the user gets to see when the words are wrong", () => {
  test("an unknown command, with the one that may have been meant", async () => {
    expect(await run("pss")).toEqual({
      status: 1,
      out: "",
      err: "strake: unknown command: strake pss\nDid you mean 'strake ps'?\n\nRun 'strake --help' for more information\n",
    });
    expect((await run("image nope")).err).toBe(
      "strake: unknown command: strake image nope\n\nUsage:  strake image\n\nRun 'strake image --help' for more information\n",
    );
  });

  test("an unknown flag ends with 125 and shows the usage under the name that was typed", async () => {
    expect(await run("rm --forc x")).toEqual({
      status: 125,
      out: "",
      err: "unknown flag: --forc\nDid you mean --force?\n\nUsage:  strake rm [OPTIONS] CONTAINER [CONTAINER...]\n\nRun 'strake rm --help' for more information\n",
    });
    expect((await run("container remove --zzz")).err).toContain("Usage:  strake container rm [OPTIONS]");
  });

  test.each([
    ["run", "'strake run' requires at least 1 argument", "See 'strake run --help'"],
    ["image tag a", "'strake image tag' requires 2 arguments", "Run 'strake image tag --help'"],
    ["version x", "'strake version' accepts no arguments", "Run 'strake version --help'"],
    ["port a b c", "'strake port' requires at least 1 and at most 2 arguments", "Run 'strake port --help'"],
    ["rename a", "'strake rename' requires 2 arguments", "Run 'strake rename --help'"],
  ])("a wrong number of words: %s", async (line, problem, pointer) => {
    const { status, err } = await run(line);
    expect(status).toBe(1);
    expect(err).toStartWith(`strake: ${problem}\n`);
    expect(err).toContain(pointer);
  });

  test("a remote host is refused: there is no daemon", async () => {
    const { status, err } = await run("-H tcp://h:1 version");
    expect(status).toBe(125);
    expect(err).toContain("cannot use --host tcp://h:1");
  });
});

describe("help", () => {
  test("is on stderr when nothing was asked for, on stdout when it was", async () => {
    const bare = await run("");
    const asked = await run("--help");
    expect([bare.status, bare.out, asked.err]).toEqual([0, "", ""]);
    expect(bare.err).toBe(asked.out);
    expect(asked.out).toStartWith("Usage:  strake [OPTIONS] COMMAND\n");
  });

  test("is the same for each way to ask", async () => {
    const { out } = await run("stop --help");
    expect(out).toBe(`Usage:  strake stop [OPTIONS] CONTAINER [CONTAINER...]

Stop one or more running containers

Aliases:
  strake container stop, strake stop

Options:
  -s, --signal string   Signal to send to the container
  -t, --timeout int     Seconds to wait before killing the container
`);
    expect((await run("help stop")).out).toBe(out);
    expect((await run("--help stop")).out).toBe(out);
  });

  test("has a second usage line for cp and breaks long texts as Docker does", async () => {
    const { out } = await run("container cp --help");
    expect(out).toStartWith(
      "Usage:  strake container cp [OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tstrake cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH\n",
    );
    expect(out).toEndWith(`  -q, --quiet         Suppress progress output during copy. Progress
                      output is automatically suppressed if no terminal
                      is attached
`);
  });

  test("for an unknown topic is an error", async () => {
    expect(await run("help nope")).toEqual({ status: 1, out: "", err: "unknown help topic: nope\n" });
  });

  test("exists for every command", async () => {
    const { COMMANDS } = await import("./command-table.ts");
    for (const { path } of COMMANDS) {
      const { status, out } = await run(`${path} --help`);
      expect(status).toBe(0);
      expect(out).toStartWith(`Usage:  strake ${path}`);
    }
  });
});

describe("several targets", () => {
  const containers = {
    stop: async (name: string) => {
      // The first is the slowest, and is still printed first.
      if (name === "a") await Bun.sleep(20);
      if (name.startsWith("no")) throw new EngineError("notFound", `No such container: ${name}`);
    },
    remove: async (name: string) => {
      throw new EngineError("notFound", `No such container: ${name}`);
    },
    start: async (name: string) => {
      if (name === "no") throw new EngineError("notFound", "No such container: no");
      if (name === "on") throw new EngineError("notModified", "container on is already running");
    },
  };
  const engine = { containers } as unknown as Engine;

  test("are printed as typed and in order, errors come at the end", async () => {
    expect(await run("stop a no1 b no2", { engine })).toEqual({
      status: 1,
      out: "a\nb\n",
      err: "Error response from daemon: No such container: no1\nError response from daemon: No such container: no2\n",
    });
  });

  test("rm -f of a missing container says so and is no failure", async () => {
    const gone = "Error response from daemon: No such container: x\n";
    expect(await run("rm -f x", { engine })).toEqual({ status: 0, out: "", err: gone });
    expect(await run("rm x", { engine })).toEqual({ status: 1, out: "", err: gone });
  });

  test("start names those that failed; one that runs already is a success", async () => {
    expect(await run("start on no ok", { engine })).toEqual({
      status: 1,
      out: "on\nok\n",
      err: "Error response from daemon: No such container: no\nError: failed to start containers: no\n",
    });
  });
});

describe("prune", () => {
  const calls: unknown[] = [];
  const engine = {
    images: {
      prune: async (filters: unknown) => {
        calls.push(filters);
        return { removed: [{ untagged: "a:1" }, { deleted: "sha256:x" }], reclaimed: 1500 };
      },
    },
  } as unknown as Engine;

  test.each(["n\n", "", "yes\n"])("does nothing when the answer is %p", async (input) => {
    calls.length = 0;
    const { status, out } = await run("image prune", { engine, input });
    expect([status, calls]).toEqual([0, []]);
    expect(out).toEndWith("Are you sure you want to continue? [y/N] ");
  });

  test("shows what is gone and the bytes", async () => {
    calls.length = 0;
    const { out } = await run("image prune -a --filter until=1h", { engine, input: "Y\n" });
    expect(calls).toEqual([{ until: ["1h"], dangling: ["false"] }]);
    expect(out).toEndWith(
      "Deleted Images:\nuntagged: a:1\ndeleted: sha256:x\n\nTotal reclaimed space: 1.5kB\n",
    );
  });
});
