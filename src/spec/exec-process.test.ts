import { describe, expect, test } from "bun:test";
import type { RuntimeProcess } from "../runtime/index.ts";
import { type ExecShape, toExecProcess } from "./exec-process.ts";
import { type Sample, sampleInput } from "./sample-input.ts";

function exec(request: Partial<ExecShape>, sample: Sample = {}): RuntimeProcess {
  const { container, users, facts } = sampleInput(sample);
  return toExecProcess(container, { Cmd: ["env"], Tty: false, ...request }, { users, facts });
}

describe("an additional process", () => {
  test("has the container's user, folder, environment and capabilities", () => {
    const made = exec({}, { config: { User: "bob", WorkingDir: "/w", Env: ["A=1", "PATH=/x"] } });
    expect(made).toMatchObject({
      user: { uid: 1000, gid: 1000, additionalGids: [1000, 29] },
      args: ["env"],
      cwd: "/w",
      env: ["PATH=/x", "HOSTNAME=9d4bf3bf8af7", "A=1", "HOME=/home/bob"],
    });
    expect(made.capabilities?.bounding).toHaveLength(14);
    expect(made).not.toHaveProperty("terminal");
  });

  test("may ask for its own", () => {
    const made = exec(
      {
        User: "root",
        WorkingDir: "/v",
        Env: ["A=2", "B=3"],
        Tty: true,
        ConsoleSize: [24, 80],
        Privileged: true,
      },
      { config: { User: "bob", Env: ["A=1"] } },
    );
    expect(made).toMatchObject({
      terminal: true,
      consoleSize: { height: 24, width: 80 },
      user: { uid: 0 },
      cwd: "/v",
    });
    expect(made.env.slice(1)).toEqual(["HOSTNAME=9d4bf3bf8af7", "TERM=xterm", "A=2", "B=3", "HOME=/root"]);
    expect(made.capabilities?.effective).toEqual(["CAP_CHOWN", "CAP_SYS_ADMIN"]);
  });

  test("keeps a HOME that the container or the request sets", () => {
    expect(exec({}, { config: { Env: ["HOME=/h"] } }).env).toContain("HOME=/h");
    expect(exec({ Env: ["HOME=/q"] }).env.filter((entry) => entry.startsWith("HOME="))).toEqual(["HOME=/q"]);
  });

  test("of an unknown user is refused", () => {
    expect(() => exec({ User: "nope" })).toThrow(
      "unable to find user nope: no matching entries in passwd file",
    );
  });
});

test("a name without = takes a variable away", () => {
  expect(exec({ Env: ["A"] }, { config: { Env: ["A=1", "B"] } }).env.slice(1)).toEqual([
    "HOSTNAME=9d4bf3bf8af7",
    "HOME=/root",
  ]);
});
