import { command } from "../../command.ts";
import { bool } from "../../flags/kinds.ts";
import { alignTabs } from "../../format/index.ts";
import { BUILDER, checkBuilder } from "../builder/builder-flag.ts";
import { BUILDER_FACTS } from "./builder-facts.ts";

/** `strake buildx inspect`. */
export const buildxInspect = command({
  usage: "[NAME]",
  flags: { bootstrap: bool("Ensure builder has booted before inspecting (it always has)"), builder: BUILDER },
  args: { min: 0, max: 1 },
  async run({ flags, args: [given], io }) {
    checkBuilder(given ?? flags.builder);
    const { name, driver, status, version, platforms } = BUILDER_FACTS;
    const builder = `Name:\t${name}\nDriver:\t${driver}`;
    const node = `Name:\t${name}\nEndpoint:\t${name}\nStatus:\t${status}\nBuildKit version:\t${version}\nPlatforms:\t${platforms.join(", ")}`;
    const tabs = { minWidth: 0, padding: 1 };
    io.out(`${alignTabs(builder, tabs)}\n\nNodes:\n${alignTabs(node, tabs)}\n`);
    return 0;
  },
});
