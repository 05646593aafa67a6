import { VERSION } from "../../../base/index.ts";
import { command } from "../../command.ts";
import { BUILD } from "../../version.ts";

/** `strake buildx version`. */
export const buildxVersion = command({
  usage: "",
  flags: {},
  args: { min: 0, max: 0 },
  async run({ io }) {
    io.out(`strake ${VERSION} ${BUILD}\n`);
    return 0;
  },
});
