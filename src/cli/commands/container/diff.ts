import { CliError } from "../../cli-error.ts";
import { command } from "../../command.ts";

const LETTERS = { modify: "C", add: "A", delete: "D" } as const;

/** `strake container diff`. */
export const containerDiff = command({
  usage: "CONTAINER",
  flags: {},
  args: { min: 1, max: 1 },
  async run({ args: [name = ""], io }) {
    if (name.trim() === "") throw new CliError("Container name cannot be empty");
    const { containers } = await io.engine();
    const changes = await containers.changes(name);
    io.out(changes.map(({ kind, path }) => `${LETTERS[kind]} ${path}\n`).join(""));
    return 0;
  },
});
