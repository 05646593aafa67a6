import { command } from "../../command.ts";
import { bool } from "../../flags/kinds.ts";
import { checkBuilder } from "../builder/builder-flag.ts";

/** `strake buildx use`: the one builder there is can be chosen. */
export const buildxUse = command({
  usage: "[OPTIONS] NAME",
  flags: {
    default: bool("Set builder as default for current context"),
    global: bool("Builder persists context changes"),
  },
  args: { min: 1, max: 1 },
  async run({ args: [name = ""] }) {
    checkBuilder(name);
    return 0;
  },
});
