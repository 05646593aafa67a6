/** The template text is not valid; the message is Go's, as `template: :1: unclosed action`. */
export class TemplateParseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TemplateParseError";
  }
}

/** A template failed on its data; the message is Go's, as `template: :1:2: executing "" at <.X>: …`. */
export class TemplateExecError extends Error {
  /** What had been written before the failure: Go's writer has it too. */
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.name = "TemplateExecError";
    this.output = output;
  }
}

/** A function that a template called refuses its arguments; becomes `error calling NAME: …`. */
export class CallError extends Error {}
