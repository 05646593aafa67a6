import { MANY_TAGS } from "../inputs/create-inputs.ts";
import type { Tool } from "../tools/tool.ts";
import type { Case, CaseContext, Trial } from "./case.ts";
import { call, callAtEnd, importImage, TINY } from "./steps.ts";

/** Listing images; the other tools also list those that they had before. */
export const imageListCases: readonly Case[] = [
  {
    name: "ls-1",
    title: "`image ls`, 1 image",
    trials: (tools, context) => listTrials(tools, context, loadOne),
  },
  {
    name: "ls-1000",
    title: "`image ls`, 1,000 images",
    trials: (tools, context) => listTrials(tools, context, loadMany),
  },
];

type Load = (tool: Tool, context: CaseContext) => Promise<void>;

function listTrials(tools: readonly Tool[], context: CaseContext, load: Load): Trial[] {
  const hasPodman = tools.some((tool) => tool.name === "podman");
  return tools.map((tool) => {
    if (tool.name !== "buildah") {
      return {
        label: tool.name,
        tool,
        setUp: () => load(tool, context),
        command: tool.command("image", "ls"),
      };
    }
    // Buildah sees Podman's images, and cannot load an archive of many itself.
    const setUp = async () => {
      if (!hasPodman) throw new Error("needs podman, which loads the images that it lists");
    };
    return { label: tool.name, tool, setUp, command: tool.command("images") };
  });
}

async function loadOne(tool: Tool, context: CaseContext): Promise<void> {
  await importImage(tool, context, TINY);
}

async function loadMany(tool: Tool, context: CaseContext): Promise<void> {
  callAtEnd(tool, context, "rmi", "-f", ...MANY_TAGS);
  await call(tool, context, "load", "-i", tool.path(context.inputs.many()));
}
