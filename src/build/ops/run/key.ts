import { createHash } from "node:crypto";
import type { RunDefinition } from "../../graph/definition.ts";
import type { KeyParts, OpContext } from "../op.ts";
import { stepHostname } from "./step-files.ts";
import { stepNetwork } from "./step-network.ts";

/** What decides the result of a RUN. Limits, proxies and the content of secrets and caches do not. */
export async function runKey(definition: RunDefinition, context: OpContext): Promise<KeyParts> {
  const { args, env, cwd, user, security, script } = definition;
  const { request } = context;
  return {
    op: "run",
    parent: context.stack(definition.base).top ?? null,
    args,
    env,
    cwd,
    user,
    network: stepNetwork(definition, request),
    security,
    hostname: stepHostname(request),
    extraHosts: request.extraHosts,
    script: script === undefined ? null : `${script.path} sha256:${sha256(script.content)}`,
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
