import type { RunDefinition } from "../graph/definition.ts";
import type { Op } from "./op.ts";
import { executeRun } from "./run/execute.ts";
import { runKey } from "./run/key.ts";

/** RUN: a process in a container of its own, and the layer of what it has changed. */
export const runOp: Op<RunDefinition> = { key: runKey, execute: executeRun };
