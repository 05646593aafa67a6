import type { BuildWarning, CheckReport, OutlineReport, TargetsReport } from "../../../engine/index.ts";
import { formatExcerpt } from "../../build-progress/index.ts";
import { alignTabs, type TabOptions } from "../../format/index.ts";

/** What a call prints, and its exit status. */
export interface CallOutput {
  readonly text: string;
  readonly status: number;
}

type Lines = BuildWarning["lines"];

/** `--call=check`: findings in words; the status is 1 when there are some. */
export function formatCheck({ warnings, dockerfile, error }: CheckReport): CallOutput {
  const count = warnings.length;
  const found = count === 1 ? "1 warning has been found!" : `${count} warnings have been found!`;
  const head = `Check complete, ${count === 0 ? "no warnings found." : found}\n`;
  const texts = warnings.map(({ rule, url, message, lines }) => {
    const more = url === "" ? "" : ` - ${url}`;
    const excerpt = lines === undefined ? "" : formatExcerpt(dockerfile, lines);
    return `\nWARNING: ${rule}${more}\n${message}\n${excerpt}`;
  });
  const failure = error === undefined ? "" : formatCheckError(error, dockerfile);
  const text = error !== undefined && count === 0 ? failure : `${head}${texts.join("")}${failure}`;
  return { text, status: count > 0 || error !== undefined ? 1 : 0 };
}

function formatCheckError(
  { message, lines }: NonNullable<CheckReport["error"]>,
  dockerfile: CheckReport["dockerfile"],
): string {
  return `ERROR: ${message}\n${lines === undefined ? "" : `${formatExcerpt(dockerfile, lines)}\n`}`;
}

/** `--call=check,format=json`: BuildKit's lint result. */
export function checkToJson({ warnings, dockerfile, error }: CheckReport): CallOutput {
  const text = toJson({
    warnings: warnings.map(({ rule, description, url, message, lines }) => ({
      ruleName: rule,
      description,
      url,
      detail: message,
      ...location(lines),
    })),
    sources: [{ filename: dockerfile.name, data: base64(dockerfile.text), language: "Dockerfile" }],
    ...(error === undefined ? {} : { buildError: { message: error.message, ...location(error.lines) } }),
  });
  return { text, status: warnings.length > 0 || error !== undefined ? 1 : 0 };
}

// As BuildKit lays them out.
const TABS: TabOptions = { minWidth: 0, padding: 3 };
const NARROW: TabOptions = { minWidth: 0, padding: 1 };

/** `--call=outline`: what can be passed to the target. */
export function formatOutline({ name, description, args, secrets, ssh }: OutlineReport): CallOutput {
  const head = [
    name === "" ? "" : `TARGET:\t${name}`,
    description === "" ? "" : `DESCRIPTION:\t${description}`,
  ];
  const yes = (required: boolean) => (required ? "true" : "");
  const blocks = [
    table(
      "BUILD ARG\tVALUE\tDESCRIPTION",
      args.map((arg) => `${arg.name}\t${arg.value ?? ""}\t${arg.description}`),
    ),
    table(
      "SECRET\tREQUIRED",
      byName(secrets).map((secret) => `${secret.name}\t${yes(secret.required)}`),
    ),
    table(
      "SSH\tREQUIRED",
      byName(ssh).map((each) => `${each.name}\t${yes(each.required)}`),
    ),
  ];
  const given = head.filter((line) => line !== "").join("\n");
  const texts = [
    ...(given === "" ? [] : [alignTabs(given, NARROW)]),
    ...blocks.filter((block) => block.length > 0).map((block) => alignTabs(block.join("\n"), TABS)),
  ];
  return { text: texts.map((text) => `${text}\n\n`).join(""), status: 0 };
}

function byName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function table(header: string, rows: readonly string[]): readonly string[] {
  return rows.length === 0 ? [] : [header, ...rows];
}

/** `--call=outline,format=json`. */
export function outlineToJson({
  name,
  description,
  args,
  secrets,
  ssh,
  dockerfile,
}: OutlineReport): CallOutput {
  const needed = (items: OutlineReport["secrets"]) =>
    items.map((item) => ({
      name: item.name,
      ...(item.required ? { required: true } : {}),
      ...location(item.lines),
    }));
  const text = toJson({
    ...named(name),
    ...described(description),
    ...filled(
      "args",
      args.map((arg) => ({
        name: arg.name,
        ...described(arg.description),
        ...(arg.value === undefined ? {} : { value: arg.value }),
        ...location(arg.lines),
      })),
    ),
    ...filled("secrets", needed(secrets)),
    ...filled("ssh", needed(ssh)),
    sources: [base64(dockerfile.text)],
  });
  return { text, status: 0 };
}

/** `--call=targets`: the stages. */
export function formatTargets({ targets }: TargetsReport): CallOutput {
  const rows = targets.map((target) => {
    const mark = target.default ? `${target.name === "" ? "" : " "}(default)` : "";
    return `${target.name}${mark}\t${target.description}`;
  });
  return { text: `${alignTabs(["TARGET\tDESCRIPTION", ...rows].join("\n"), NARROW)}\n`, status: 0 };
}

/** `--call=targets,format=json`. */
export function targetsToJson({ targets, dockerfile }: TargetsReport): CallOutput {
  const text = toJson({
    targets: targets.map((target) => ({
      ...named(target.name),
      ...(target.default ? { default: true } : {}),
      ...described(target.description),
      base: target.base,
      ...(target.platform === "" ? {} : { platform: target.platform }),
      ...location(target.lines),
    })),
    sources: [base64(dockerfile.text)],
  });
  return { text, status: 0 };
}

function named(name: string) {
  return name === "" ? {} : { name };
}

function described(description: string) {
  return description === "" ? {} : { description };
}

function filled(key: string, items: readonly unknown[]) {
  return items.length === 0 ? {} : { [key]: items };
}

function location(lines: Lines) {
  if (lines === undefined) return {};
  return { location: { ranges: [{ start: { line: lines[0] }, end: { line: lines[1] } }] } };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
