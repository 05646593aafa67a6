import { expect, test } from "bun:test";
import type { ContainerState } from "./record.ts";
import { type ContainerEvent, isRunning, transition } from "./state.ts";

const process = { pid: 1, monitorPid: 2, monitorStartTime: "3" };
const created: ContainerState = { status: "created" };
const running: ContainerState = { status: "running", process };

function after(...events: ContainerEvent[]): ContainerState {
  return events.reduce(transition, created);
}

test("a container that is started, paused and unpaused runs on with the same process", () => {
  expect(after({ kind: "started", process }, { kind: "paused" }, { kind: "unpaused" })).toEqual(running);
});

test("a container whose first start failed is still created", () => {
  expect(after({ kind: "startFailed" })).toEqual(created);
});

test("a container whose later start failed is exited", () => {
  expect(after({ kind: "started", process }, { kind: "exited" }, { kind: "startFailed" })).toEqual({
    status: "exited",
  });
});

test("a running container cannot be removed or started again", () => {
  expect(() => transition(running, { kind: "removing" })).toThrow("cannot go from running");
  expect(() => transition(running, { kind: "started", process })).toThrow("cannot go from running");
});

test("a paused container counts as running, a restarting one has no process", () => {
  expect(isRunning(after({ kind: "started", process }, { kind: "paused" }))).toBe(true);
  expect(isRunning(after({ kind: "started", process }, { kind: "willRestart" }))).toBe(false);
});
