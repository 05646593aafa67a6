import { type Dockerfile, expandInstruction, type Stage } from "../../dockerfile/index.ts";
import { hostPlatform } from "../../oci/index.ts";
import { findTarget } from "../frontend/find-target.ts";
import { readGlobalArgs } from "../frontend/global-args.ts";
import { platformArgs } from "../frontend/platform-args.ts";
import type { DockerfileText, OutlineArg, OutlineReport, OutlineSecret } from "../report.ts";
import type { BuildRequest } from "../request.ts";
import { describeComments } from "./comments.ts";

/** What can be passed to a target: the arguments, secrets and agents of the stages that it is made of. */
export function outlineTarget(
  dockerfile: Dockerfile,
  text: DockerfileText,
  request: Pick<BuildRequest, "buildArgs" | "target">,
): OutlineReport {
  const target = findTarget(dockerfile, request.target);
  const stages = stagesOf(dockerfile, target);
  return {
    name: target.name ?? "",
    description: describeComments(target.from.comments, target.name ?? ""),
    args: argsOf(dockerfile, stages, request.buildArgs),
    secrets: mountsOf(dockerfile, stages, "secret"),
    ssh: mountsOf(dockerfile, stages, "ssh"),
    dockerfile: text,
  };
}

/** The target and all stages that it takes from, in the order of the Dockerfile. */
function stagesOf({ stages }: Dockerfile, target: Stage): Stage[] {
  const found = new Set<Stage>();
  const visit = (stage: Stage): void => {
    if (found.has(stage)) return;
    found.add(stage);
    const names = [
      stage.base,
      ...stage.instructions.flatMap((each) => (each.kind === "copy" ? (each.from ?? []) : [])),
    ];
    for (const name of names) {
      const other = stages.findLast(
        (each) =>
          each.index < stage.index && (each.name === name.toLowerCase() || String(each.index) === name),
      );
      if (other !== undefined) visit(other);
    }
  };
  visit(target);
  return [...found].sort((a, b) => a.index - b.index);
}

function argsOf(
  dockerfile: Dockerfile,
  stages: readonly Stage[],
  buildArgs: Readonly<Record<string, string>>,
): OutlineArg[] {
  const host = hostPlatform();
  const global = readGlobalArgs(dockerfile, platformArgs(host, host, ""), buildArgs);
  const declared = [
    ...dockerfile.globalArgs,
    ...stages.flatMap(({ instructions }) => instructions.filter((each) => each.kind === "arg")),
  ];
  const args = declared.flatMap(({ args: words, comments, range }) =>
    words.map(({ key, value }) => ({
      name: key,
      description: describeComments(comments, key),
      value: buildArgs[key] ?? global[key] ?? value,
      lines: [range.start.line, range.end.line] as const,
    })),
  );
  return [...new Map(args.map((arg) => [arg.name, arg])).values()];
}

function mountsOf(dockerfile: Dockerfile, stages: readonly Stage[], type: "secret" | "ssh"): OutlineSecret[] {
  const found = new Map<string, OutlineSecret>();
  for (const instruction of stages.flatMap(({ instructions }) => instructions)) {
    if (instruction.kind !== "run") continue;
    const { range } = instruction;
    const { escape: escapeToken, fileName } = dockerfile;
    const expanded = expandInstruction(instruction, () => "", { escape: escapeToken, fileName });
    for (const mount of expanded.instruction.mounts) {
      if (mount.type !== type) continue;
      const required = mount.required || found.get(mount.id)?.required === true;
      found.set(mount.id, { name: mount.id, required, lines: [range.start.line, range.end.line] });
    }
  }
  return [...found.values()];
}
