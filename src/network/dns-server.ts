import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EngineError, writeFileAtomic } from "../base/index.ts";
import { acquireLock, namesIn, openPidfd, run, waitPidfd } from "../host/index.ts";
import type { Store } from "../store/index.ts";
import { DNS_PORT, formatNameFiles } from "./dns-names.ts";

const PROGRAM = "aardvark-dns";
/** Debian keeps it beside Podman's other programs. */
const PLACES = [`/usr/lib/podman/${PROGRAM}`, `/usr/libexec/podman/${PROGRAM}`];
const PID_FILE = "aardvark.pid";
const LONGEST_END_MS = 2000;

/**
 * Tells the name server which containers there are now. One process serves all networks of a store: it is started
 * for the first container that has a name, and ends with the last one.
 */
export async function syncNames(store: Store): Promise<void> {
  const folder = dnsFolder(store);
  const isThere = namesIn(folder).length > 0;
  if (!isThere && formatNameFiles(store).size === 0) return;
  mkdirSync(join(folder, "networks"), { recursive: true, mode: 0o700 });
  const lock = await acquireLock(join(folder, "lock"));
  try {
    // Read under the lock, so that the newest state is what is written last.
    const files = formatNameFiles(store);
    const changed = writeFiles(join(folder, "networks"), files);
    const pid = findServer(store);
    if (pid === undefined) {
      if (files.size > 0) await startServer(join(folder, "networks"));
    } else if (files.size === 0) await endServer(pid);
    else if (changed) process.kill(pid, "SIGHUP");
  } finally {
    lock.release();
  }
}

/** Starts the name server again if somebody ended it while containers need it. Costs two small reads. */
export async function ensureNameServer(store: Store): Promise<void> {
  const isNeeded = namesIn(join(dnsFolder(store), "networks")).some((name) => name !== PID_FILE);
  if (isNeeded && findServer(store) === undefined) await syncNames(store);
}

/** Ends the name server and removes its files. */
export async function removeNameServer(store: Store): Promise<void> {
  const pid = findServer(store);
  if (pid !== undefined) await endServer(pid);
  rmSync(dnsFolder(store), { recursive: true, force: true });
}

function dnsFolder(store: Store): string {
  return join(store.run, "dns");
}

/** True when a file came, went or has another text now. */
function writeFiles(folder: string, files: ReadonlyMap<string, string>): boolean {
  let changed = false;
  for (const name of namesIn(folder)) {
    if (name === PID_FILE || files.has(name)) continue;
    rmSync(join(folder, name));
    changed = true;
  }
  for (const [name, text] of files) {
    if (readIfThere(join(folder, name)) === text) continue;
    writeFileAtomic(join(folder, name), text);
    changed = true;
  }
  return changed;
}

function findServer(store: Store): number | undefined {
  const folder = join(dnsFolder(store), "networks");
  const pid = Number(readIfThere(join(folder, PID_FILE)));
  if (!(pid > 0)) return undefined;
  // Another process may have the number by now; one that has ended has no words.
  const words = readIfThere(`/proc/${pid}/cmdline`)?.split("\0") ?? [];
  return words.includes(folder) && words[0]?.endsWith(PROGRAM) ? pid : undefined;
}

async function startServer(folder: string): Promise<void> {
  const program = PLACES.find((path) => Bun.file(path).size > 0) ?? Bun.which(PROGRAM);
  if (program === null) {
    throw new EngineError(
      "unavailable",
      `${PROGRAM} is missing: containers would not find each other by name`,
      {
        hint: "apt-get install aardvark-dns",
      },
    );
  }
  // It goes to the background by itself once it listens.
  const { exitCode, stderr } = await run([program, "--config", folder, "--port", String(DNS_PORT), "run"]);
  if (exitCode === 0) return;
  throw new EngineError("internal", `${PROGRAM} does not start: ${stderr.trim() || `exit code ${exitCode}`}`);
}

async function endServer(pid: number): Promise<void> {
  const handle = openPidfd(pid);
  if (handle === undefined) return;
  process.kill(pid, "SIGTERM");
  await waitPidfd(handle, { signal: AbortSignal.timeout(LONGEST_END_MS) });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
