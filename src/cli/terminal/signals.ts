import { constants } from "node:os";

// The kernel does not let STOP and KILL be caught; the rest are the runtime's own or mean nothing to a container.
const NOT_FORWARDED = [
  "SIGKILL",
  "SIGSTOP",
  "SIGCHLD",
  "SIGPIPE",
  "SIGURG",
  "SIGSEGV",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGPROF",
  "SIGSYS",
  "SIGTRAP",
  "SIGABRT",
  "SIGIOT",
  "SIGPOLL",
  "SIGIO",
  "SIGSTKFLT",
  "SIGUNUSED",
  "SIGVTALRM",
];

/** Calls `onSignal` for every signal that a container could be meant by; returns what ends it. */
export function catchSignals(
  onSignal: (name: NodeJS.Signals) => void,
  except: readonly string[] = [],
): () => void {
  const names = (Object.keys(constants.signals) as NodeJS.Signals[]).filter(
    (name) => !NOT_FORWARDED.includes(name) && !except.includes(name),
  );
  const handlers = names.map((name) => {
    const handler = () => onSignal(name);
    process.on(name, handler);
    return () => process.off(name, handler);
  });
  return () => {
    for (const remove of handlers) remove();
  };
}

/** The number of a signal. */
export function signalNumber(name: NodeJS.Signals): number {
  return constants.signals[name];
}
