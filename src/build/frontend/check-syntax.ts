import { EngineError } from "../../base/index.ts";
import type { Dockerfile } from "../../dockerfile/index.ts";
import { atInstruction } from "./errors.ts";

/** Repositories of the Dockerfile frontend and of its mirrors: `docker/dockerfile`, `registry.example/dockerfile-upstream`. */
const DOCKERFILE_FRONTEND = /(?:^|\/)dockerfile(?:-[a-z0-9.-]+)?(?:[:@ ]|$)/;

/**
 * Throws `notImplemented` when a file, or the build argument `BUILDKIT_SYNTAX`, names a frontend of another language.
 * The Dockerfile frontend, in whatever version, is the one that is built in.
 */
export function checkSyntax(dockerfile: Dockerfile, buildArgs: Readonly<Record<string, string>>): void {
  const { syntax } = dockerfile.directives;
  const asked = buildArgs.BUILDKIT_SYNTAX || syntax?.value || "";
  if (asked === "" || DOCKERFILE_FRONTEND.test(asked)) return;
  const error = new EngineError("notImplemented", `frontend ${asked} is not supported`, {
    hint: "only Dockerfiles are read, by what is built in: leave the syntax line out if this is one",
  });
  if (syntax === undefined || buildArgs.BUILDKIT_SYNTAX) throw error;
  const { line } = syntax;
  const end = (dockerfile.lines[line - 1] ?? "").length + 1;
  throw atInstruction(
    dockerfile,
    { range: { start: { line, column: 1 }, end: { line, column: end } } },
    error,
  );
}
