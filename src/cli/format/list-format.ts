import {
  type GoValue,
  goMap,
  goNamed,
  goString,
  goTyped,
  headerFunctions,
  parseTemplate,
  type Template,
  TemplateExecError,
  TemplateParseError,
} from "../../template/index.ts";
import type { Sink } from "./sink.ts";
import { alignTabs } from "./tab-writer.ts";

const headerType = {
  ...goNamed("formatter.SubHeaderContext", goMap(goString)),
  methods: { Label: labelHeader },
};

/** The formats that stand for a longer one. */
export interface NamedFormats {
  /** For no format and for `table`. */
  readonly table: string;
  /** For `raw`, in commands that have it. */
  readonly raw?: string;
}

/** What a list command prints. */
export interface List {
  /** A template, with `table ` in front for a table with headers; or `json`. */
  readonly format: string;
  /** Header of each method that rows have. */
  readonly header: Readonly<Record<string, string>>;
  readonly rows: Iterable<GoValue>;
}

/** The format to use for what the user gave. */
export function resolveFormat(given: string, named: NamedFormats): string {
  if (given === "" || given === "table") return named.table;
  return given === "raw" ? (named.raw ?? given) : given;
}

/** True when a format asks for a table with headers; Docker looks at its first letters only. */
export function isTableFormat(format: string): boolean {
  return format.startsWith("table");
}

/**
 * Prints a list as Docker does: the template once a row, a line feed after each; tables are aligned and
 * have a header, which the same template makes from `header`. Nothing is written when a row fails.
 * Throws a `TemplateParseError` or `TemplateExecError` (`template parsing error: …`).
 */
export function writeList(out: Sink, { format, header, rows }: List): void {
  const template = parseListTemplate(format);
  let body = "";
  for (const row of rows) body += `${executeRow(template, row)}\n`;
  if (!isTableFormat(format)) {
    if (body !== "") out.write(body);
    return;
  }
  out.write(alignTabs(`${formatHeader(template, header)}\n${body}`));
}

function parseListTemplate(format: string): Template {
  try {
    return parseTemplate(templateText(format));
  } catch (error) {
    if (!(error instanceof TemplateParseError)) throw error;
    throw new TemplateParseError(`template parsing error: ${error.message}`);
  }
}

/** The template text of a list format: without `table`, with `\t` and `\n` replaced. */
export function templateText(format: string): string {
  if (format === "json") return "{{json .}}";
  const text = isTableFormat(format) ? format.slice("table".length) : format;
  return text
    .replace(/^ +| +$/g, "")
    .replaceAll("\\t", "\t")
    .replaceAll("\\n", "\n");
}

function executeRow(template: Template, row: GoValue): string {
  try {
    return template.execute(row);
  } catch (error) {
    if (!(error instanceof TemplateExecError)) throw error;
    throw new TemplateExecError(`template parsing error: ${error.message}`, error.output);
  }
}

function formatHeader(template: Template, header: List["header"]): string {
  try {
    return template.execute(goTyped(headerType, header), { functions: headerFunctions });
  } catch (error) {
    // Docker shows what there is of a header that fails.
    if (error instanceof TemplateExecError) return error.output;
    throw error;
  }
}

function labelHeader(label: string): string {
  return label.slice(label.lastIndexOf(".") + 1).replaceAll(/[-_]/g, " ");
}
