import { createHash } from "node:crypto";
import type { CopyDefinition, CopySource, RunDefinition, RunMount } from "../../graph/definition.ts";
import { listSources } from "../copy-sources.ts";
import type { KeyParts, OpContext } from "../op.ts";
import { stepHostname } from "./step-files.ts";
import { stepNetwork } from "./step-network.ts";

/** What decides the result of a RUN. Limits, proxies and the content of secrets and caches do not. */
export async function runKey(definition: RunDefinition, context: OpContext): Promise<KeyParts> {
  const { args, env, cwd, user, security, script, mounts } = definition;
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
    mounts: mounts.map((mount) => mountKey(mount, context)),
    ...(await boundFiles(definition, context)),
  };
}

/** What a step sees through its binds is listed as a COPY of the same would be. */
async function boundFiles(definition: RunDefinition, context: OpContext): Promise<KeyParts> {
  const sources = definition.mounts.flatMap((mount): CopySource[] =>
    mount.type === "bind" ? [{ from: mount.from, paths: [literal(mount.source)], unpack: "never" }] : [],
  );
  if (sources.length === 0) return {};
  const copy: CopyDefinition = {
    op: "copy",
    base: definition.base,
    sources,
    destination: "/",
    chown: "",
    chmod: "",
    link: false,
    parents: false,
    exclude: [],
  };
  return await listSources(copy, context);
}

/** A path as a pattern that means just it. */
function literal(path: string): string {
  return path.replace(/[*?[\\]/g, "\\$&");
}

/** One mount in words. */
function mountKey(mount: RunMount, context: OpContext): string {
  switch (mount.type) {
    case "bind":
      return words("bind", mount.target, { source: mount.source, rw: mount.writable });
    case "cache": {
      const { target, id, sharing, readOnly: ro, source, mode, uid, gid } = mount;
      const from = mount.from === undefined ? undefined : fromKey(mount.from, context);
      return words("cache", target, { id, sharing, ro, from, source, mode: mode.toString(8), uid, gid });
    }
    case "tmpfs":
      return words("tmpfs", mount.target, { size: mount.size });
    case "secret": {
      const { target, id, env, mode, uid, gid } = mount;
      return words("secret", target, { id, env, mode: mode.toString(8), uid, gid });
    }
    case "ssh": {
      const { target, id, mode, uid, gid } = mount;
      return words("ssh", target, { id, mode: mode.toString(8), uid, gid });
    }
  }
}

function fromKey(from: Parameters<OpContext["input"]>[0], context: OpContext): string {
  const result = context.input(from);
  return result.kind === "tree" ? from : (result.top ?? "scratch");
}

function words(
  type: string,
  target: string,
  options: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return [type, quoted(target), ...given.map(([name, value]) => `${name}=${quoted(String(value))}`)].join(
    " ",
  );
}

function quoted(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
