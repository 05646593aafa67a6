/** A command line that cannot be read: shown with the command's usage, exit status 125. */
export class FlagError extends Error {
  /** One more line that may help. */
  readonly suggestion: string | undefined;

  constructor(message: string, suggestion?: string) {
    super(message);
    this.name = "FlagError";
    this.suggestion = suggestion;
  }
}
