import { EngineError } from "../../../../base/index.ts";
import { hostFacts, readOnlyOption } from "../../../../spec/index.ts";
import type { BindMount } from "../../../graph/definition.ts";
import type { Step } from "../step.ts";
import { type Exposed, expose } from "./expose.ts";
import { mountStack } from "./mount-stack.ts";
import { exposeTree } from "./mount-tree.ts";
import type { Release, StepMount } from "./step-mount.ts";

/** A part of another stage, an image or a context. Throws `notFound` when it is not there. */
export async function prepareBind(
  step: Step,
  name: string,
  { mount, releases }: { readonly mount: BindMount; readonly releases: Release[] },
): Promise<StepMount> {
  const { source, writable } = mount;
  const exposed = await exposeSource(step, name, { mount, releases });
  if (exposed === undefined) throw new EngineError("notFound", `${JSON.stringify(source)}: not found`);
  const option = writable ? [] : [readOnlyOption({ facts: hostFacts() })];
  return {
    kind: exposed.kind,
    mount: {
      destination: mount.target,
      type: "bind",
      source: exposed.path,
      options: ["rbind", ...option, "rprivate"],
    },
  };
}

async function exposeSource(
  step: Step,
  name: string,
  { mount, releases }: { readonly mount: BindMount; readonly releases: Release[] },
): Promise<Exposed | undefined> {
  const { from, source, writable } = mount;
  const result = step.context.input(from);
  if (result.kind === "tree") return exposeTree(step, name, { tree: result, source, writable });
  const { root, release } = await mountStack(step, `${name}-root`, { top: result.top, writable });
  releases.push(release);
  return expose(step, name, { root, source });
}
