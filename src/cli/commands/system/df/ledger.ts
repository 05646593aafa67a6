import {
  type Ledger,
  type LedgerEntry,
  type LedgerKind,
  withClosedDatabase,
} from "../../../../engine/index.ts";
import { createRow, type GoValue } from "../../../../template/index.ts";
import { formatHumanSize, resolveFormat, writeList } from "../../../format/index.ts";
import type { Io } from "../../../io/io.ts";

/** Writes who owns which bytes of the disk; the sum is what `du` says once this command has ended. */
export async function writeLedger(
  { format, verbose }: { readonly format: string; readonly verbose: boolean },
  io: Io,
): Promise<number> {
  const engine = await io.engine();
  const measured = await engine.system.ledger();
  await engine.close();
  const ledger = await withClosedDatabase(measured);
  if (format === "json") io.out(`${JSON.stringify(ledger)}\n`);
  else if (verbose) writeEntries(ledger, format, io);
  else writeKinds(ledger, format, io);
  return 0;
}

const KINDS = "table {{.Owner}}\t{{.Count}}\t{{.Size}}\t{{.Bytes}}";
const KINDS_HEADER = { Owner: "OWNER", Count: "COUNT", Size: "SIZE", Bytes: "BYTES" };

function writeKinds(ledger: Ledger, format: string, io: Io): void {
  const kinds = Map.groupBy(ledger.entries, ({ kind }) => kind);
  const rows = [...kinds].map(([kind, entries]) => kindRow(kind, entries.length, sizeOf(entries)));
  rows.push(kindRow("total", ledger.entries.length, ledger.total));
  writeList(
    { write: io.out },
    { format: resolveFormat(format, { table: KINDS }), header: KINDS_HEADER, rows },
  );
  writeUnowned(ledger, format, io);
}

function kindRow(owner: LedgerKind | "total", count: number, bytes: number): GoValue {
  return createRow("*formatter.ledgerContext", {
    plain: { Owner: owner, Count: String(count), Size: formatHumanSize(bytes), Bytes: String(bytes) },
  });
}

const ENTRIES = "table {{.Owner}}\t{{.Name}}\t{{.Users}}\t{{.Size}}\t{{.Bytes}}\t{{.Path}}";
const ENTRIES_HEADER = {
  Owner: "OWNER",
  Name: "NAME",
  Users: "USED BY",
  Size: "SIZE",
  Bytes: "BYTES",
  Path: "PATH",
};

function writeEntries({ entries }: Ledger, format: string, io: Io): void {
  const named = { table: ENTRIES };
  const rows = entries.map(entryRow);
  writeList({ write: io.out }, { format: resolveFormat(format, named), header: ENTRIES_HEADER, rows });
}

function entryRow({ kind, name, users, path, bytes }: LedgerEntry): GoValue {
  return createRow("*formatter.ledgerContext", {
    plain: {
      Owner: kind,
      Name: shortName(name),
      Users: users.map((user) => shortName(user)).join(", "),
      Size: formatHumanSize(bytes),
      Bytes: String(bytes),
      Path: path === "" ? "." : path,
    },
  });
}

/** IDs and digests as short as everywhere. */
function shortName(name: string): string {
  const [, hex] = /^(?:sha256:)?([0-9a-f]{64})$/.exec(name) ?? [];
  return hex === undefined ? name : hex.slice(0, 12);
}

function writeUnowned({ root, entries }: Ledger, format: string, io: Io): void {
  const unowned = entries.filter(({ kind }) => kind === "unowned");
  if (unowned.length === 0 || format !== "") return;
  io.out(
    `\nNobody owns:\n${unowned.map(({ path, bytes }) => `${root}/${path} (${bytes} bytes)\n`).join("")}`,
  );
}

function sizeOf(entries: readonly LedgerEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}
