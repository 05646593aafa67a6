import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { runSync } from "../host/index.ts";
import { noRuntime, unknownRuntime } from "./errors.ts";
import { findProgram } from "./find-program.ts";

/** An OCI runtime program. */
export interface RuntimeProgram {
  readonly name: string;
  readonly path: string;
}

// crun is the faster one, but refuses some machines (such as those with hybrid cgroups).
const CANDIDATES = ["crun", "runc"];

/**
 * The OCI runtime to use: the one named (by name or path), else the first of crun and runc that starts here. What a
 * trial showed is kept in the folder `root` until the program changes.
 */
export function chooseRuntime(root: string, name: string): RuntimeProgram {
  if (name !== "" && name !== "default") {
    const path = findProgram(name);
    if (path === undefined) throw unknownRuntime(name);
    return { name, path };
  }
  const programs = CANDIDATES.map(findProgram).filter((path) => path !== undefined);
  const last = programs.at(-1);
  if (last === undefined) throw noRuntime();
  const known = readTrials(root);
  const path = programs.find((candidate) => starts(root, known, candidate));
  if (path === undefined) throw noRuntime();
  return { name: basename(path), path };
}

function starts(root: string, known: Readonly<Record<string, boolean>>, path: string): boolean {
  const key = trialKey(path);
  const before = known[key];
  if (before !== undefined) return before;
  const works = tryRuntime(path);
  // In place, so that no crash leaves a temporary file; a damaged one does no harm.
  writeFileSync(trialsFile(root), JSON.stringify({ ...readTrials(root), [key]: works }), { mode: 0o600 });
  return works;
}

function trialKey(path: string): string {
  const { mtimeMs, size } = statSync(path);
  return `${path} ${mtimeMs} ${size}`;
}

function trialsFile(root: string): string {
  return join(root, "runtimes.json");
}

function readTrials(root: string): Record<string, boolean> {
  try {
    const value: unknown = JSON.parse(readFileSync(trialsFile(root), "utf8"));
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, works]) => typeof works === "boolean"));
  } catch {
    // A trial file that is missing or damaged only costs another trial.
    return {};
  }
}

// What `true` and its libraries may lie in.
const SYSTEM_FOLDERS = ["/usr", "/bin", "/lib", "/lib64", "/nix/store"];

/** Runs this machine's own `true` in a container. */
function tryRuntime(path: string): boolean {
  const program = findProgram("true");
  if (program === undefined) return true;
  const bundle = mkdtempSync(join(tmpdir(), "strake-trial-"));
  try {
    const id = basename(bundle);
    mkdirSync(join(bundle, "rootfs"));
    writeFileSync(join(bundle, "config.json"), JSON.stringify(trialSpec(program, id)));
    const root = join(bundle, "state");
    const { exitCode } = runSync([path, "--root", root, "run", "--bundle", bundle, id]);
    if (exitCode !== 0) runSync([path, "--root", root, "delete", "--force", id]);
    return exitCode === 0;
  } finally {
    rmSync(bundle, { recursive: true, force: true });
  }
}

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
