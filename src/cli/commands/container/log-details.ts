import { shortId } from "../../../base/index.ts";
import type { ContainerRecord } from "../../../engine/index.ts";
import { createRow, parseTemplate } from "../../../template/index.ts";

type Logged = Pick<ContainerRecord, "id" | "name" | "imageId" | "config" | "hostConfig">;

/**
 * What `logs --details` puts before each line: the labels and variables that the log options name, and the tag, sorted and
 * escaped as in a URL; a space ends it. Throws a `TemplateParseError` or `TemplateExecError` for a bad tag.
 */
export function formatLogDetails(record: Logged): string {
  const { config, hostConfig } = record;
  const options = hostConfig.LogConfig.Config;
  const env = (config.Env ?? [])
    .filter((entry) => entry.includes("="))
    .map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)] as const);
  const found = new Map([
    ...pick(Object.entries(config.Labels ?? {}), options.labels, options["labels-regex"]),
    ...pick(env, options.env, options["env-regex"]),
  ]);
  if (options.tag) found.set("tag", formatTag(options.tag, record));
  const pairs = [...found].map(([name, value]) => `${escapeQuery(name)}=${escapeQuery(value)}`);
  return `${pairs.sort().join(",")} `;
}

function pick(
  values: readonly (readonly [string, string])[],
  names = "",
  pattern = "",
): readonly (readonly [string, string])[] {
  const wanted = new Set(names.split(","));
  const matches = pattern === "" ? undefined : new RegExp(pattern);
  return values.filter(([name]) => wanted.has(name) || matches?.test(name));
}

function formatTag(tag: string, { id, name, imageId, config }: Logged): string {
  const plain = {
    ID: shortId(id),
    FullID: id,
    Name: name,
    ImageID: imageId.slice(0, 12),
    ImageFullID: imageId,
    ImageName: config.Image,
    DaemonName: "docker",
  };
  return parseTemplate(tag).execute(createRow("*logger.Info", { plain }));
}

/** Go's `url.QueryEscape`. */
function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, "+");
}
