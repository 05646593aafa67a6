import {
  createRow,
  parseTemplate,
  type RowMethods,
  TemplateExecError,
  TemplateParseError,
} from "../../template/index.ts";

/** The row that a format is tried on. */
export interface ProbeRow extends RowMethods {
  /** Name of the row's type for errors, as `*formatter.ContainerContext`. */
  readonly typeName: string;
}

/**
 * Which methods a format calls on a row, found by running it and dropping the output: how `ps` learns
 * that sizes are wanted. As there, `table` is plain text and `\t` is not replaced.
 * Throws `failed to parse template: …` and `failed to execute template: …`.
 */
export function usedMethods(format: string, { typeName, plain, ...others }: ProbeRow): ReadonlySet<string> {
  const used = new Set<string>();
  const watched = Object.entries(plain).map(([name, result]) => {
    const call = () => {
      used.add(name);
      return typeof result === "function" ? result() : result;
    };
    return [name, call] as const;
  });
  try {
    parseTemplate(format).execute(createRow(typeName, { ...others, plain: Object.fromEntries(watched) }));
  } catch (error) {
    if (error instanceof TemplateExecError) {
      throw new TemplateExecError(`failed to execute template: ${error.message}`, error.output);
    }
    if (!(error instanceof TemplateParseError)) throw error;
    throw new TemplateParseError(`failed to parse template: ${error.message}`);
  }
  return used;
}
