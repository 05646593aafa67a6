import { EngineError } from "../../../../base/index.ts";
import { run } from "../../../../host/index.ts";
import { findProgram } from "../../../../runtime/index.ts";

/** An agent that holds some private keys. */
export interface Agent {
  readonly socket: string;
  stop(): Promise<void>;
}

// The agent lives until the end of this shell's input, and so no longer than this process. It says when it listens.
const SCRIPT = 'ssh-agent -D -a "$1" & exec >&-; read -r _; kill "$!"; wait';

/** Starts ssh-agent(1) with the private keys in files. Throws `unavailable` without OpenSSH, `invalidArgument` for a bad key. */
export async function startAgent(socket: string, keys: readonly string[]): Promise<Agent> {
  if (findProgram("ssh-agent") === undefined) throw noAgent();
  const child = spawnAgent(socket);
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await child.exited;
  };
  try {
    await listening(child.stdout);
    for (const key of keys) {
      const result = await run(["ssh-add", "--", key], { env: { ...environment(), SSH_AUTH_SOCK: socket } });
      if (result.exitCode !== 0) {
        throw new EngineError("invalidArgument", `failed to add ssh key ${key}: ${result.stderr.trim()}`);
      }
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { socket, stop };
}

function spawnAgent(socket: string) {
  return Bun.spawn(["/bin/sh", "-c", SCRIPT, "sh", socket], {
    stdio: ["pipe", "pipe", "ignore"],
    env: environment(),
    detached: true,
  });
}

async function listening(output: ReadableStream<Uint8Array>): Promise<void> {
  for await (const _ of output) return;
  throw new EngineError("internal", "ssh-agent ended before it listened");
}

function noAgent(): EngineError {
  return new EngineError("unavailable", 'exec: "ssh-agent": executable file not found in $PATH', {
    hint: "install it with: apt-get install openssh-client",
  });
}

/** A key with a passphrase fails: nothing may ask for it in the middle of a build. */
function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? "", SSH_ASKPASS: "/bin/false", SSH_ASKPASS_REQUIRE: "force" };
}
