import { expect, test } from "bun:test";
import type { ChainId } from "../../oci/index.ts";
import type { HistoryStep } from "../frontend/stage-state.ts";
import { dateSteps } from "./image-history.ts";

const step = (createdBy: string): HistoryStep => ({ createdBy, vertex: undefined });

test("what lies between two layers has the date of the later one, what follows the last has its date", () => {
  const dates: Readonly<Record<string, string>> = { RUN: "2", COPY: "5" };
  const steps = ["ENV", "RUN", "LABEL", "COPY", "CMD"].map(step);
  const dated = dateSteps(
    steps,
    ({ createdBy }) => {
      const created = dates[createdBy];
      return created === undefined ? undefined : { top: `${createdBy}-top` as ChainId, created };
    },
    "1",
  );
  expect(dated.map(({ createdBy, created, top }) => [createdBy, created, top as string | undefined])).toEqual(
    [
      ["ENV", "2", undefined],
      ["RUN", "2", "RUN-top"],
      ["LABEL", "5", undefined],
      ["COPY", "5", "COPY-top"],
      ["CMD", "5", undefined],
    ],
  );
});

test("without layers everything is as old as the base", () => {
  expect(dateSteps([step("ENV")], () => undefined, "1")).toEqual([
    { createdBy: "ENV", created: "1", top: undefined },
  ]);
});
