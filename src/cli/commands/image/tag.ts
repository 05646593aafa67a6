import { errorText } from "../../../base/index.ts";
import { parseReference } from "../../../oci/index.ts";
import { CommandFailed, command } from "../../command.ts";

/** `strake image tag`. */
export const imageTag = command({
  usage: "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
  flags: {},
  args: { min: 2, max: 2 },
  async run({ args: [source = "", target = ""], io }) {
    try {
      parseReference(target);
    } catch (error) {
      throw new CommandFailed(
        1,
        `Error parsing reference: "${target}" is not a valid repository/tag: ${errorText(error)}`,
      );
    }
    const { images } = await io.engine();
    await images.tag(source, target);
    return 0;
  },
});
