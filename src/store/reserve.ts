import { existsSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError, errnoOf } from "../base/index.ts";

/** Bytes that the database can fall back on when a disk is full: enough for the commands that free space. */
const SIZE = 1 << 20;
/** A disk with less than this free is no place to set bytes aside. */
const PLENTY = 8 << 20;
/** Less than the database may need to begin a transaction. */
const NOTHING = 64 << 10;

/** Sets some space of the disk aside, unless that was done before or there is little. */
export function fillReserve(root: string): void {
  const path = reserveOf(root);
  if (existsSync(path) || freeBytes(root) < PLENTY) return;
  try {
    writeFileSync(path, new Uint8Array(SIZE), { mode: 0o600 });
  } catch {
    rmSync(path, { force: true });
  }
}

/**
 * Runs `section`; when it fails because the disk is full, frees the reserve and runs it once more. Throws
 * `unavailable` when that is not enough.
 */
export function withReserve<T>(root: string, section: () => T): T {
  try {
    return section();
  } catch (error) {
    if (!isDiskFull(root, error)) throw error;
    if (!existsSync(reserveOf(root))) throw databaseFull(error);
    rmSync(reserveOf(root), { force: true });
  }
  try {
    return section();
  } catch (error) {
    throw isDiskFull(root, error) ? databaseFull(error) : error;
  }
}

function reserveOf(root: string): string {
  return join(root, "reserve");
}

function isDiskFull(root: string, error: unknown): boolean {
  const code = errnoOf(error) ?? "";
  if (code === "SQLITE_FULL" || code === "ENOSPC") return true;
  // The files beside the database could not be made; SQLite does not say why.
  return /^SQLITE_(?:IOERR|CANTOPEN)/.test(code) && freeBytes(root) < NOTHING;
}

function freeBytes(root: string): number {
  const { bavail, bsize } = statfsSync(root);
  return bavail * bsize;
}

function databaseFull(cause: unknown): EngineError {
  return new EngineError("unavailable", "write the database: no space left on device", {
    hint: "free some space on the disk that holds the engine's root",
    cause,
  });
}
