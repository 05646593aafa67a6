import { Database, type SQLQueryBindings, type Statement } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../base/index.ts";
import { createAnnouncer } from "./announcer.ts";
import { fillReserve, withReserve } from "./reserve.ts";
import { MIGRATIONS } from "./schema.ts";

/** A value that a column can hold. */
export type Value = string | number | bigint | Uint8Array | null;

/** The database of one engine root. Several processes share it; every change is one transaction. */
export interface Store {
  /** Absolute path of `$STRAKE_ROOT`. */
  readonly root: string;
  /** Absolute path of `$STRAKE_RUN`: mounts, sockets and locks, which may vanish at a reboot. */
  readonly run: string;
  /** Runs one statement; returns how many rows it changed. */
  change(sql: string, ...values: Value[]): number;
  /** The first row or undefined. Integers beyond 2^53 come back as bigint only through {@link Store.rows} of text columns. */
  row<T>(sql: string, ...values: Value[]): T | undefined;
  rows<T>(sql: string, ...values: Value[]): T[];
  /**
   * Runs `section` in one immediate transaction; nothing of it stays when it throws. It must not await.
   * It runs a second time when the disk was full and some space could be freed. Nested calls join the outer one. With `durable` the change is on disk when the call returns; without,
   * a power cut may undo the newest transactions, but never tears one.
   */
  transaction<T>(section: () => T, options?: { readonly durable?: boolean }): T;
  /** Runs `section` as {@link Store.transaction} does, undoes everything that it changed, and returns what it returned. Not inside a transaction. */
  rehearse<T>(section: () => T): T;
  /** Idempotent. */
  close(): void;
}

/** Opens the store under `root`, making it or bringing its schema up to date when needed. */
export function openStore(root: string, run: string): Store {
  mkdirSync(root, { recursive: true, mode: 0o711 });
  mkdirSync(run, { recursive: true, mode: 0o711 });
  const database = withReserve(root, () => openDatabase(join(root, "strake.db")));
  fillReserve(root);
  return toStore(database, root, run);
}

function openDatabase(path: string): Database {
  const database = new Database(path, { create: true });
  try {
    database.run("PRAGMA busy_timeout = 30000");
    database.run("PRAGMA journal_mode = WAL");
    database.run("PRAGMA synchronous = NORMAL");
    database.run("PRAGMA foreign_keys = ON");
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: Database): void {
  const version = () =>
    (database.query("PRAGMA user_version").get() as { user_version: number }).user_version;
  if (version() === MIGRATIONS.length) return;
  if (version() > MIGRATIONS.length) {
    throw new EngineError("unavailable", "the store was written by a newer version of strake", {
      hint: "update strake, or set STRAKE_ROOT to another folder",
    });
  }
  database
    .transaction(() => {
      for (const step of MIGRATIONS.slice(version())) database.run(step);
      database.run(`PRAGMA user_version = ${MIGRATIONS.length}`);
    })
    .immediate();
}

function toStore(database: Database, root: string, run: string): Store {
  const prepared = new Map<string, Statement>();
  const statement = (sql: string): Statement => {
    let found = prepared.get(sql);
    if (found === undefined) {
      found = database.prepare(sql);
      prepared.set(sql, found);
    }
    return found;
  };
  const announcer = createAnnouncer(root);
  const announced = <T>(section: () => T): T => {
    const result = section();
    announcer.tell();
    return result;
  };
  return {
    root,
    run,
    change: (sql, ...values) => {
      const run = () => statement(sql).run(...(values as SQLQueryBindings[])).changes;
      return database.inTransaction ? run() : announced(() => withReserve(root, run));
    },
    row: <T>(sql: string, ...values: Value[]) =>
      (statement(sql).get(...(values as SQLQueryBindings[])) ?? undefined) as T | undefined,
    rows: <T>(sql: string, ...values: Value[]) =>
      statement(sql).all(...(values as SQLQueryBindings[])) as T[],
    transaction: (section, options) => {
      if (database.inTransaction) return section();
      const run = () => announced(() => withReserve(root, () => database.transaction(section).immediate()));
      if (!options?.durable) return run();
      database.run("PRAGMA synchronous = FULL");
      try {
        return run();
      } finally {
        database.run("PRAGMA synchronous = NORMAL");
      }
    },
    rehearse: <T>(section: () => T): T => {
      if (database.inTransaction) throw new EngineError("internal", "a rehearsal inside a transaction");
      const undone: { result?: T } = {};
      try {
        database
          .transaction(() => {
            undone.result = section();
            throw undone;
          })
          .immediate();
      } catch (error) {
        if (error !== undone) throw error;
      }
      return undone.result as T;
    },
    close: () => {
      announcer.close();
      for (const each of prepared.values()) each.finalize();
      prepared.clear();
      database.close();
    },
  };
}
