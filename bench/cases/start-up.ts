import type { Case } from "./case.ts";

/** How long a command line takes that does nothing. */
export const startUp: Case = {
  name: "version",
  title: "start-up: `--version`",
  trials: (tools) => tools.map((tool) => ({ label: tool.name, tool, command: tool.command("--version") })),
};
