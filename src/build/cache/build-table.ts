import type { Digest } from "../../oci/index.ts";
import type { Store } from "../../store/index.ts";
import type { KeyParts } from "../ops/op.ts";
import type { WhyStep } from "../report.ts";
import type { Outcome } from "../solve/outcome.ts";
import { removeUnusedListings } from "./listings.ts";
import type { EarlierStep, MissReason } from "./reasons.ts";

/** A recorded build. */
export interface RecordedBuild {
  readonly image: Digest | undefined;
  /** Unix milliseconds. */
  readonly started: number;
  readonly steps: readonly WhyStep[];
}

interface StepRow {
  readonly name: string;
  readonly status: WhyStep["status"];
  readonly reasons: string;
  readonly milliseconds: number;
}

/** Builds that are remembered. */
const KEPT = 100;

/** Records a build that has ended, with its steps; the oldest are forgotten. */
export function recordBuild(
  store: Store,
  build: {
    readonly id: string;
    readonly started: number;
    readonly project: string;
    readonly status: "done" | "failed";
    readonly image: Digest | undefined;
    readonly outcomes: readonly Outcome[];
  },
): void {
  const { id, started, project, status, image, outcomes } = build;
  const steps = outcomes
    .filter((outcome) => outcome.key !== undefined)
    .sort((a, b) => (a.vertex.label.lines?.[0] ?? 0) - (b.vertex.label.lines?.[0] ?? 0));
  store.transaction(() => {
    store.change(
      "INSERT INTO builds(id, started, project, status, image) VALUES (?,?,?,?,?)",
      id,
      started,
      project,
      status,
      image ?? null,
    );
    for (const [seq, outcome] of steps.entries()) writeStep(store, { id, seq, outcome });
    const forgotten = store.change(
      "DELETE FROM builds WHERE id NOT IN (SELECT id FROM builds ORDER BY started DESC, rowid DESC LIMIT ?)",
      KEPT,
    );
    if (forgotten > 0) removeUnusedListings(store);
  });
}

function writeStep(
  store: Store,
  { id, seq, outcome }: { readonly id: string; readonly seq: number; readonly outcome: Outcome },
): void {
  const { vertex, status, key, parts, reasons, milliseconds } = outcome;
  const { stage, step, name, text } = vertex.label;
  store.change(
    `INSERT INTO build_steps(build, seq, stage, step, name, text, status, key, parts, reasons, milliseconds)
     VALUES (?,?,?,?,?,?,?,?,?,?,?)`,
    id,
    seq,
    stage,
    step,
    name,
    text,
    status,
    key ?? "",
    JSON.stringify(parts ?? {}),
    JSON.stringify(reasons),
    Math.round(milliseconds),
  );
}

/**
 * The earlier execution that a step is best compared with: the newest with the same text in its stage, else the
 * newest in its place, both of the same project.
 */
export function findEarlierStep(
  store: Store,
  { project, stage, step, text }: { project: string; stage: string; step: number; text: string },
): EarlierStep | undefined {
  const select = `SELECT parts, text FROM build_steps JOIN builds ON builds.id = build
    WHERE project = ? AND stage = ?`;
  const newest = "ORDER BY started DESC, builds.rowid DESC LIMIT 1";
  const row =
    store.row<{ parts: string; text: string }>(`${select} AND text = ? ${newest}`, project, stage, text) ??
    store.row<{ parts: string; text: string }>(`${select} AND step = ? ${newest}`, project, stage, step);
  return row === undefined ? undefined : { parts: JSON.parse(row.parts) as KeyParts, text: row.text };
}

/** The newest build of an image, or of any; undefined when none is remembered. */
export function readBuild(store: Store, of: Digest | "last"): RecordedBuild | undefined {
  const newest = "ORDER BY started DESC, rowid DESC LIMIT 1";
  type Row = { readonly id: string; readonly image: Digest | null; readonly started: number };
  const build =
    of === "last"
      ? store.row<Row>(`SELECT id, image, started FROM builds ${newest}`)
      : store.row<Row>(`SELECT id, image, started FROM builds WHERE image = ? ${newest}`, of);
  if (build === undefined) return undefined;
  const steps = store
    .rows<StepRow>(
      "SELECT name, status, reasons, milliseconds FROM build_steps WHERE build = ? ORDER BY seq",
      build.id,
    )
    .map(({ name, status, reasons, milliseconds }) =>
      toWhyStep({ name, status, reasons: JSON.parse(reasons) as MissReason[], milliseconds }),
    );
  return { image: build.image ?? undefined, started: build.started, steps };
}

/** A step with its reasons as reports have it. */
export function toWhyStep(step: {
  readonly name: string;
  readonly status: WhyStep["status"];
  readonly reasons: readonly MissReason[];
  readonly milliseconds: number;
}): WhyStep {
  return {
    name: step.name,
    status: step.status,
    reasons: step.reasons.map(({ text }) => text),
    changes: step.reasons.flatMap(({ change }) => change ?? []),
    duration: step.milliseconds,
  };
}
