import { formatHumanDuration, nowNs, parseTime, ZERO_TIME } from "../base/index.ts";
import type { ContainerRecord } from "./record.ts";

/** What the STATUS column of `ps` shows: `Up 5 minutes (healthy)`, `Exited (0) 2 hours ago`, … */
export function statusText(record: ContainerRecord): string {
  const { status } = record.state;
  switch (status) {
    case "running":
      return `Up ${since(record.startedAt)}${healthSuffix(record)}`;
    case "paused":
      return `Up ${since(record.startedAt)} (Paused)`;
    case "restarting":
      return `Restarting (${record.exitCode}) ${since(record.finishedAt)} ago`;
    case "removing":
      return "Removal In Progress";
    case "dead":
      return "Dead";
    case "created":
      return "Created";
    case "exited":
      if (record.startedAt === ZERO_TIME) return "Created";
      return record.finishedAt === ZERO_TIME
        ? ""
        : `Exited (${record.exitCode}) ${since(record.finishedAt)} ago`;
  }
}

function since(time: string): string {
  const from = parseTime(time) ?? nowNs();
  return formatHumanDuration(Number(nowNs() - from) / 1e6);
}

function healthSuffix({ health }: ContainerRecord): string {
  if (health === null) return "";
  return health.Status === "starting" ? " (health: starting)" : ` (${health.Status})`;
}
