import { EngineError, type ErrorDetail, type ErrorKind } from "../base/index.ts";

/** Where in a Dockerfile a build failed. */
export interface FailureDetail extends ErrorDetail {
  /** The vertex that failed; undefined when none did. */
  readonly vertex?: string;
  /** The lines of the Dockerfile around it, as BuildKit shows them: `Dockerfile:2`, a rule, numbered lines, a rule. */
  readonly excerpt?: string;
}

/** A build that failed; the message is what follows `failed to solve: `. */
export class BuildError extends EngineError {
  readonly vertex: string | undefined;
  readonly excerpt: string | undefined;

  constructor(kind: ErrorKind, message: string, detail: FailureDetail = {}) {
    super(kind, message, detail);
    this.name = "BuildError";
    this.vertex = detail.vertex;
    this.excerpt = detail.excerpt;
  }
}
