import { EngineError } from "../base/index.ts";
import type { Attachment } from "../runtime/index.ts";
import { type ContainerContext, containerEvent } from "./context.ts";
import { containerPaths } from "./paths.ts";
import type { ContainerRecord } from "./record.ts";
import { isRunning } from "./state.ts";
import { findContainer } from "./table.ts";

/** Where a caller wants the output of a process. */
export type OutputSink = (stream: "stdout" | "stderr", data: Uint8Array) => void | Promise<void>;

/** A live connection to the stdio of a process. */
export interface Attached {
  write(data: Uint8Array): Promise<void>;
  closeStdin(): void;
  /** The output has ended. */
  readonly done: Promise<void>;
  /** Lets go; the process goes on. */
  close(): void;
}

/** An attachment that may be asked for before its process exists. */
export interface Output extends Attached {
  readonly sink: OutputSink;
  connect(attachment: Attachment): void;
  fail(error: unknown): void;
}

/**
 * Connects to the stdio of a container. One that is not running yet is connected when this process
 * starts it, before its first instruction, so nothing is missed.
 */
export async function attachContainer(
  context: ContainerContext,
  name: string,
  sink: OutputSink,
): Promise<Attached> {
  const record = findContainer(context.store, name);
  const output = createOutput(sink);
  if (isRunning(record.state)) await connectOutput(context, record, output);
  else context.waiting.set(record.id, [...(context.waiting.get(record.id) ?? []), output]);
  containerEvent(context.store, record, "attach");
  return output;
}

/** Connects everything that waits for this container; call it between the runtime's create and start. */
export async function connectWaiting(context: ContainerContext, record: ContainerRecord): Promise<void> {
  const waiting = context.waiting.get(record.id) ?? [];
  context.waiting.delete(record.id);
  await Promise.all(waiting.map((output) => connectOutput(context, record, output)));
}

/** Tells everything that waits for this container that it will not run. */
export function failWaiting(context: ContainerContext, id: string, error: unknown): void {
  for (const output of context.waiting.get(id) ?? []) output.fail(error);
  context.waiting.delete(id);
}

async function connectOutput(
  context: ContainerContext,
  record: ContainerRecord,
  output: Output,
): Promise<void> {
  const runtime = context.runtime(record.hostConfig.Runtime);
  const { runFolder } = containerPaths(context.store, record.id);
  output.connect(await runtime.attach(runFolder, { onOutput: output.sink }));
}

/** An attachment without a process yet. Input written before the process is there waits for it. */
export function createOutput(sink: OutputSink): Output {
  const connected = Promise.withResolvers<Attachment>();
  const closed = Promise.withResolvers<void>();
  connected.promise.catch(() => {});
  const done = Promise.race([connected.promise.then((attachment) => attachment.done), closed.promise]);
  done.catch(() => {});
  return {
    sink,
    done,
    connect: connected.resolve,
    fail: connected.reject,
    write: async (data) => (await connected.promise).write(data),
    closeStdin: () => void connected.promise.then((attachment) => attachment.closeStdin()).catch(() => {}),
    close: () => {
      closed.resolve();
      void connected.promise.then((attachment) => attachment.close()).catch(() => {});
    },
  };
}

/** Tells a terminal its new size. */
export async function resizeContainer(
  context: ContainerContext,
  name: string,
  size: readonly [number, number],
): Promise<void> {
  const record = findContainer(context.store, name);
  if (!isRunning(record.state)) {
    throw new EngineError("conflict", `cannot resize a stopped container: unknown`);
  }
  const { runFolder } = containerPaths(context.store, record.id);
  await context.runtime(record.hostConfig.Runtime).resize(runFolder, size[0], size[1]);
}
