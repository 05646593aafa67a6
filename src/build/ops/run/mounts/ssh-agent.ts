import { EngineError } from "../../../../base/index.ts";
import { run } from "../../../../host/index.ts";

/** An agent that holds some private keys. */
export interface Agent {
  readonly socket: string;
  stop(): Promise<void>;
}

// The agent lives as long as this: until the end of its input, and so no longer than this process.
const LIFE = ["/bin/sh", "-c", "echo ready; read -r _"];

/** Starts ssh-agent(1) with the private keys in files. Throws `unavailable` without OpenSSH, `invalidArgument` for a bad key. */
export async function startAgent(socket: string, keys: readonly string[]): Promise<Agent> {
  const child = spawnAgent(socket);
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await child.exited;
  };
  try {
    // It says so when the agent listens.
    for await (const _ of child.stdout) break;
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
  try {
    return Bun.spawn(["ssh-agent", "-a", socket, ...LIFE], {
      stdio: ["pipe", "pipe", "ignore"],
      env: environment(),
      detached: true,
    });
  } catch (cause) {
    throw new EngineError("unavailable", 'exec: "ssh-agent": executable file not found in $PATH', {
      hint: "install it with: apt-get install openssh-client",
      cause,
    });
  }
}

/** A key with a passphrase fails: nothing may ask for it in the middle of a build. */
function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? "", SSH_ASKPASS: "/bin/false", SSH_ASKPASS_REQUIRE: "force" };
}
