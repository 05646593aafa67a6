import { EngineError } from "../base/index.ts";
import type { ContainerState, LiveProcess } from "./record.ts";

/** What can happen to a container. */
export type ContainerEvent =
  | { readonly kind: "started"; readonly process: LiveProcess }
  | { readonly kind: "paused" }
  | { readonly kind: "unpaused" }
  | { readonly kind: "exited" }
  | { readonly kind: "willRestart" }
  | { readonly kind: "startFailed" }
  | { readonly kind: "removing" }
  | { readonly kind: "removalFailed" };

/** The state after `event`; throws `internal` for an event that cannot happen in `state`. */
export function transition(state: ContainerState, event: ContainerEvent): ContainerState {
  switch (event.kind) {
    case "started":
      if (processOf(state) === undefined && state.status !== "removing") {
        return { status: "running", process: event.process };
      }
      break;
    case "paused":
      if (state.status === "running") return { status: "paused", process: state.process };
      break;
    case "unpaused":
      if (state.status === "paused") return { status: "running", process: state.process };
      break;
    case "exited":
      if (state.status !== "removing") return { status: "exited" };
      break;
    case "willRestart":
      if (state.status !== "removing") return { status: "restarting" };
      break;
    case "startFailed":
      if (state.status === "created") return state;
      if (state.status !== "removing") return { status: "exited" };
      break;
    case "removing":
      if (processOf(state) === undefined) return { status: "removing" };
      break;
    case "removalFailed":
      return { status: "dead" };
  }
  throw new EngineError("internal", `container cannot go from ${state.status} on ${event.kind}`);
}

/** The live processes of a running or paused container. */
export function processOf(state: ContainerState): LiveProcess | undefined {
  return state.status === "running" || state.status === "paused" ? state.process : undefined;
}

/** Docker's `State.Running`: paused and restarting count. */
export function isRunning(state: ContainerState): boolean {
  return processOf(state) !== undefined;
}
