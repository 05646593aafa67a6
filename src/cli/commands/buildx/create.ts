import { CliError } from "../../cli-error.ts";
import { command } from "../../command.ts";
import { bool, list, text } from "../../flags/kinds.ts";

/** `strake buildx create`: refused, and says what to use. */
export const buildxCreate = command({
  usage: "[OPTIONS] [CONTEXT|ENDPOINT]",
  long: "Create a new builder instance (not available: Strake is its own builder)",
  flags: {
    append: bool("Append a node to builder instead of changing it"),
    bootstrap: bool("Boot builder after creation"),
    "buildkitd-config": text("BuildKit daemon config file"),
    "buildkitd-flags": text("BuildKit daemon flags"),
    driver: text("Driver to use"),
    "driver-opt": list("Options for the driver"),
    leave: bool("Remove a node from builder instead of changing it"),
    name: text("Builder instance name"),
    node: text("Create/modify node with given name"),
    platform: list("Fixed platforms for current node"),
    use: bool("Set the current builder instance"),
  },
  args: { min: 0, max: 1 },
  async run() {
    throw new CliError("cannot create a builder: Strake is its own builder, on this machine", {
      hint: "leave `buildx create` out; the builder named default is always there",
    });
  },
});
