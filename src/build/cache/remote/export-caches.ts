import { EngineError, parseGoBool, throwIfAborted } from "../../../base/index.ts";
import type { SolvedTarget } from "../../build.ts";
import type { CacheLocation } from "../../request.ts";
import type { Session } from "../../solve/session.ts";
import { showWork } from "../../solve/show-work.ts";
import type { CacheStep } from "./cache-document.ts";
import { collectSteps } from "./collect-steps.ts";
import { exportLocalCache } from "./local-cache.ts";
import { nameOf } from "./open-imports.ts";
import { exportRegistryCache } from "./registry-cache.ts";

/** Writes the cache of a build to where the request wants it. */
export async function exportCaches(session: Session, solved: readonly SolvedTarget[]): Promise<void> {
  for (const location of session.request.cacheTo) {
    // It is in the image already.
    if (location.type === "inline") continue;
    const exporting = showWork(session, `exporting cache to ${nameOf(location)}`, async (status) => {
      const steps = solved.flatMap((each) => stepsOf(session, each, modeOf(location)));
      await exportCache(session, location, steps);
      status("writing cache manifest");
    });
    // Its step has shown the error.
    await (isIgnored(location) ? exporting.catch(() => throwIfAborted(session)) : exporting);
  }
}

async function exportCache(
  session: Session,
  { type, attributes }: CacheLocation,
  steps: readonly CacheStep[],
): Promise<void> {
  if (type === "local") {
    const { dest = "", tag = "latest" } = attributes;
    if (dest === "") throw new EngineError("invalidArgument", "local cache exporter requires dest");
    return await exportLocalCache(session, { steps, dest, tag });
  }
  if (type === "registry") {
    const { ref = "" } = attributes;
    if (ref === "") throw new EngineError("invalidArgument", "registry cache exporter requires ref");
    return await exportRegistryCache(session, { steps, ref });
  }
  throw new EngineError("notImplemented", `cache export of type ${type} is not supported`, {
    hint: "use type=registry or type=local",
  });
}

function stepsOf(session: Session, { target, outcomes }: SolvedTarget, mode: "min" | "max"): CacheStep[] {
  const final = outcomes.find(({ vertex }) => vertex.id === target.vertex)?.result;
  const result = final?.kind === "stack" ? final.top : undefined;
  return collectSteps(session, { outcomes, mode, result });
}

function isIgnored({ attributes }: CacheLocation): boolean {
  return parseGoBool(attributes["ignore-error"] ?? "false") === true;
}

function modeOf({ attributes: { mode = "min" } }: CacheLocation): "min" | "max" {
  if (mode === "min" || mode === "max") return mode;
  throw new EngineError("invalidArgument", `invalid cache export mode ${JSON.stringify(mode)}: min or max`);
}
