import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { namesIn, runSync } from "../host/index.ts";
import { findProgram } from "./find-program.ts";

/** Whether the runtime at `path` can run this machine's own `true` in a container. The trial takes place in `run`. */
export function tryRuntime(path: string, run: string): boolean {
  const program = findProgram("true");
  if (program === undefined) return true;
  endLostTrials(path, run);
  const id = `${PREFIX}${process.pid}`;
  const bundle = join(run, id);
  try {
    mkdirSync(join(bundle, "rootfs"), { recursive: true, mode: 0o700 });
    writeFileSync(join(bundle, "config.json"), JSON.stringify(trialSpec(program, id)));
    const { exitCode } = runSync([path, "--root", stateOf(bundle), "run", "--bundle", bundle, id]);
    if (exitCode !== 0) endTrial(path, { run, id });
    return exitCode === 0;
  } finally {
    rmSync(bundle, { recursive: true, force: true });
  }
}

const PREFIX = "strake-trial-";

function stateOf(bundle: string): string {
  return join(bundle, "state");
}

/** Those whose process died in the middle. */
function endLostTrials(path: string, run: string): void {
  for (const id of namesIn(run).filter((name) => name.startsWith(PREFIX))) {
    if (!existsSync(`/proc/${id.slice(PREFIX.length)}`)) endTrial(path, { run, id });
  }
}

function endTrial(path: string, { run, id }: { readonly run: string; readonly id: string }): void {
  const bundle = join(run, id);
  runSync([path, "--root", stateOf(bundle), "delete", "--force", id]);
  rmSync(bundle, { recursive: true, force: true });
}

// What `true` and its libraries may lie in.
const SYSTEM_FOLDERS = ["/usr", "/bin", "/lib", "/lib64", "/nix/store"];

function trialSpec(program: string, id: string) {
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: [program],
      env: ["PATH=/usr/bin:/bin"],
      cwd: "/",
    },
    root: { path: "rootfs" },
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      ...SYSTEM_FOLDERS.filter((folder) => existsSync(folder)).map((folder) => ({
        destination: folder,
        type: "bind",
        source: folder,
        options: ["bind", "ro"],
      })),
    ],
    linux: {
      cgroupsPath: `/${id}`,
      namespaces: [{ type: "pid" }, { type: "mount" }, { type: "ipc" }, { type: "uts" }],
    },
  };
}
