import { errorText } from "../../../base/index.ts";
import { parseReference, type Reference } from "../../../oci/index.ts";
import { CommandFailed, command } from "../../command.ts";

/** `strake image tag`. */
export const imageTag = command({
  usage: "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
  flags: {},
  args: { min: 2, max: 2 },
  async run({ args: [source = "", target = ""], io }) {
    // A whole image ID is a source too, though no name.
    if (!/^[0-9a-f]{64}$/.test(source)) checkName(source);
    if (checkName(target).digest !== undefined) {
      throw new CommandFailed(1, "refusing to create a tag with a digest reference");
    }
    const { images } = await io.engine();
    await images.tag(source, target);
    return 0;
  },
});

function checkName(name: string): Reference {
  try {
    return parseReference(name);
  } catch (error) {
    throw new CommandFailed(
      1,
      `Error parsing reference: "${name}" is not a valid repository/tag: ${errorText(error)}`,
    );
  }
}
