import { EngineError } from "../base/index.ts";

const NOT_FOUND = /executable file not found|no such file or directory|executable file `(.*)` not found/i;
const NOT_INVOCABLE = /permission denied|is a directory|exec format error|operation not permitted/i;

/** The runtime refused to create a container. `text` is the runtime's own; the words before it are Docker's. */
export function createFailed(text: string): EngineError {
  const occupied = /mkdir (\/.*): not a directory$/.exec(tidy(text))?.[1];
  // The working directory: Docker makes it itself, and has words of its own.
  if (occupied !== undefined) {
    return new EngineError("invalidArgument", `Cannot mkdir: ${occupied} is not a directory`);
  }
  const words = "failed to create task for container: failed to create shim task: OCI runtime create failed";
  return processFailed(`${words}: ${tidy(text)}`);
}

/** The runtime refused to start a created container. */
export function startFailed(text: string): EngineError {
  return processFailed(`failed to start task: OCI runtime start failed: ${tidy(text)}`);
}

/** The runtime refused to start an additional process. */
export function execFailed(text: string): EngineError {
  return processFailed(`OCI runtime exec failed: ${tidy(text)}`);
}

/** Another command of the runtime failed. */
export function commandFailed(runtime: string, command: string, text: string): EngineError {
  return new EngineError("internal", `${runtime} ${command} failed: ${tidy(text)}`);
}

/** The process that a signal or a question was for is gone. */
export function processGone(id: string): EngineError {
  return new EngineError("conflict", `container ${id} is not running`);
}

/** No OCI runtime by that name or path. */
export function unknownRuntime(name: string): EngineError {
  return new EngineError("invalidArgument", `unknown or invalid runtime name: ${name}`, {
    hint: "give the name of a program in PATH, such as runc or crun, or its full path",
  });
}

/** Neither crun nor runc is there, or none starts. */
export function noRuntime(): EngineError {
  return new EngineError(
    "unavailable",
    "no OCI runtime found: neither crun nor runc starts on this machine",
    {
      hint: "install one with: apt-get install runc conmon",
    },
  );
}

/** conmon is not there. */
export function noMonitor(): EngineError {
  return new EngineError("unavailable", "no container monitor found: conmon is not in PATH", {
    hint: "install it with: apt-get install conmon",
  });
}

function processFailed(message: string): EngineError {
  const byRequest = NOT_FOUND.test(message) || NOT_INVOCABLE.test(message);
  return new EngineError(byRequest ? "invalidArgument" : "internal", message);
}

/** Takes the text out of a log line (`time="…" level=error msg="…"`) and gives crun's words for a missing program runc's form. */
export function tidy(text: string): string {
  const line = /(?:^|\n)time="[^"]*" level=(?:error|fatal) msg=("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  const plain = line === undefined ? text.trim() : unquote(line);
  return plain.replace(
    /executable file `(.*)` not found in \$PATH(: No such file or directory)?/,
    (_, name: string) => `exec: "${name}": executable file not found in $PATH`,
  );
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}
