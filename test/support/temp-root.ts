import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorText } from "../../src/base/index.ts";
import { openNetworks } from "../../src/network/index.ts";
import { openStore } from "../../src/store/index.ts";
import { PATIENCE_MS } from "./last-of.ts";
import { runProcess } from "./run-process.ts";
import { strakeCommand } from "./strake.ts";

/** A store of its own for a test; `await using` or {@link TempRoot.remove} takes everything away again. */
export interface TempRoot extends AsyncDisposable {
  readonly path: string;
  /** `STRAKE_ROOT` and `STRAKE_RUN` for the processes of the test. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the containers, unmounts and deletes. Idempotent; does not need a working engine. */
  remove(): Promise<void>;
}

/** Makes empty folders for the store and its run-time state. */
export async function tempRoot(): Promise<TempRoot> {
  const path = await mkdtemp(join(tmpdir(), "strake-test-"));
  const env = { STRAKE_ROOT: join(path, "root"), STRAKE_RUN: join(path, "run") };
  await Promise.all(Object.values(env).map((folder) => mkdir(folder)));
  const remove = () => removeRoot(path, env);
  return { path, env, remove, [Symbol.asyncDispose]: remove };
}

async function removeRoot(path: string, env: TempRoot["env"]): Promise<void> {
  if ((await processesOf(path)).length > 0) await removeContainers(env);
  // A monitor may start its exit command while the others are being ended, hence the second round.
  for (let round = 0; round < 2; round++) {
    for (const pid of await processesOf(path)) signal(pid);
    await Bun.sleep(round * 50);
  }
  await removeNetworks(env);
  for (const target of await mountsBelow(path)) await runProcess(["umount", "-l", target]);
  await rm(path, { recursive: true, force: true });
}

/** The engine's own way leaves no cgroup behind; what it cannot end is killed afterwards. */
async function removeContainers(env: TempRoot["env"]): Promise<void> {
  const options = { env, timeout: PATIENCE_MS };
  const { stdout } = await runProcess([...strakeCommand, "ps", "-aq"], options);
  const ids = stdout.split("\n").filter((line) => line !== "");
  if (ids.length > 0) await runProcess([...strakeCommand, "rm", "-f", ...ids], options);
}

/** Bridges and firewall rules are the host's, so they outlive the folders. */
async function removeNetworks({ STRAKE_ROOT = "", STRAKE_RUN = "" }: TempRoot["env"]): Promise<void> {
  if (!existsSync(join(STRAKE_ROOT, "strake.db"))) return;
  const store = openStore(STRAKE_ROOT, STRAKE_RUN);
  try {
    await openNetworks(store).removeAll();
  } catch (error) {
    console.warn(`networks of ${STRAKE_ROOT} may remain: ${errorText(error)}`);
  } finally {
    store.close();
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

/** Monitors (their command line names the folder) and everything below them, children first. */
async function processesOf(path: string): Promise<number[]> {
  const all = await readProcesses();
  const mine = all.filter(({ pid, command }) => pid !== process.pid && command.includes(`${path}/`));
  const found = new Set<number>();
  const visit = (pid: number): void => {
    for (const child of all) if (child.parent === pid && !found.has(child.pid)) visit(child.pid);
    found.add(pid);
  };
  for (const { pid } of mine) visit(pid);
  return [...found];
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

async function readProcesses(): Promise<Process[]> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(names.map(readProcess));
  return all.filter((found) => found !== undefined);
}

async function readProcess(name: string): Promise<Process | undefined> {
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${name}/stat`, "utf8"),
      readFile(`/proc/${name}/cmdline`, "utf8"),
    ]);
    const [, parent = "0"] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid: Number(name), parent: Number(parent), command: command.replaceAll("\0", " ") };
  } catch {
    return undefined;
  }
}

/** Mount points below `path`, the latest first. */
async function mountsBelow(path: string): Promise<string[]> {
  const lines = (await readFile("/proc/self/mountinfo", "utf8")).split("\n");
  return lines
    .map((line) => line.split(" ")[4] ?? "")
    .filter((target) => target.startsWith(`${path}/`))
    .reverse();
}
