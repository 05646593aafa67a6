import type { Dockerfile, Stage } from "../../dockerfile/index.ts";
import { hostPlatform } from "../../oci/index.ts";
import { expandGlobal, readGlobalArgs } from "../frontend/global-args.ts";
import { platformArgs } from "../frontend/platform-args.ts";
import type { DockerfileText, TargetsReport } from "../report.ts";
import type { BuildRequest } from "../request.ts";
import { describeComments } from "./comments.ts";

/** The stages that can be built, in their order. */
export function listTargets(
  dockerfile: Dockerfile,
  text: DockerfileText,
  request: Pick<BuildRequest, "buildArgs">,
): TargetsReport {
  const host = hostPlatform();
  const values = readGlobalArgs(dockerfile, platformArgs(host, host, ""), request.buildArgs);
  const last = dockerfile.stages.length - 1;
  const targets = dockerfile.stages.map((stage: Stage) => ({
    name: stage.name ?? "",
    lines: [stage.range.start.line, stage.range.end.line] as const,
    description: describeComments(stage.from.comments, stage.name ?? ""),
    base: expandGlobal(dockerfile, stage.base, values),
    platform: stage.platform === undefined ? "" : expandGlobal(dockerfile, stage.platform, values),
    default: stage.index === last,
  }));
  return { targets, dockerfile: text };
}
