import type { Tool } from "../tools/tool.ts";
import type { Case, CaseContext, Trial } from "./case.ts";
import { call, callAtEnd, engines, importImage, TINY } from "./steps.ts";

const NETWORKS = ["bridge", "none", "host"] as const;

/** `run --rm` of a program that ends at once, on each kind of network. */
export const runCases: readonly Case[] = NETWORKS.map((network) => ({
  name: `run-${network}`,
  title: `\`run --rm --network ${network} IMAGE true\``,
  trials: (tools, context) => [
    ...engines(tools).flatMap((tool) => runTrials(tool, context, network)),
    ...tools.filter((tool) => tool.name === "buildah").map((tool) => buildahTrial(tool, context, network)),
  ],
}));

/** Each tool as it comes, and with each OCI runtime that can be chosen for it by name. */
function runTrials(tool: Tool, context: CaseContext, network: string): Trial[] {
  const words = ["run", "--rm", "--network", network];
  const what = [TINY, "true"];
  const setUp = () => importImage(tool, context, TINY);
  const plain: Trial = { label: tool.name, tool, setUp, command: tool.command(...words, ...what) };
  if (tool.name === "docker") return [plain];
  const chosen = ["runc", "crun"].map((runtime): Trial => {
    const choice = ["--runtime", runtime];
    // Podman takes the runtime as a global option.
    const args = tool.name === "podman" ? [...choice, ...words, ...what] : [...words, ...choice, ...what];
    return { label: `${tool.name}, ${runtime}`, tool, setUp, command: tool.command(...args) };
  });
  return [plain, ...chosen];
}

/** Buildah runs in a working container that is there already, which spares it the making and removing of one. */
function buildahTrial(tool: Tool, context: CaseContext, network: string): Trial {
  const name = `strake-bench-run-${network}`;
  const setUp = async () => {
    callAtEnd(tool, context, "rm", name);
    await call(tool, context, "from", "--name", name, "scratch");
    await call(tool, context, "add", name, tool.path(context.inputs.tiny()), "/");
  };
  const choice = network === "bridge" ? [] : ["--network", network];
  const command = tool.command("run", ...choice, name, "--", "true");
  return { label: "buildah, in a container that is there", tool, setUp, command };
}
