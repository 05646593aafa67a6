import type { PlanStep, WhyStep } from "../../../engine/index.ts";
import { displayText } from "../../build-progress/index.ts";

const MARKS: Readonly<Record<WhyStep["status"] | PlanStep["status"], string>> = {
  cached: "cached",
  ran: "ran",
  failed: "failed",
  cancelled: "cancelled",
  hit: "cached",
  miss: "runs",
  unknown: "open",
};

/** Each step with what became of it and why, a line for each reason. */
export function formatWhy(steps: readonly WhyStep[]): string {
  return steps
    .map(({ name, status, reasons, duration }) => {
      const took = status === "ran" || status === "failed" ? `, ${(duration / 1000).toFixed(1)}s` : "";
      return formatStep(`${MARKS[status]}${took}`, name, reasons);
    })
    .join("");
}

/** Each step with what a build would do, and why; then how many would run. */
export function formatPlan(steps: readonly PlanStep[]): string {
  const lines = steps.map(({ name, status, reason }) => {
    return formatStep(MARKS[status], name, reason === "" ? [] : [reason]);
  });
  const count = (status: PlanStep["status"]) => steps.filter((step) => step.status === status).length;
  const open = count("unknown");
  const tail = open === 0 ? "" : `, ${open} open until those have run`;
  return `${lines.join("")}${count("hit")} cached, ${count("miss")} to run${tail}\n`;
}

function formatStep(mark: string, name: string, reasons: readonly string[]): string {
  const lines = reasons.map((reason) => `            ${displayText(reason)}\n`);
  return `${mark.padEnd(11)} ${displayText(name)}\n${lines.join("")}`;
}
