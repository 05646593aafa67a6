/** What the command line itself refuses, before the engine is asked; shown without a prefix. */
export class CliError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, detail: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = "CliError";
    this.hint = detail.hint;
  }
}
