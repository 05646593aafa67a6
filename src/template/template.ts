import type { State } from "./exec/state.ts";
import { walk } from "./exec/walk.ts";
import { builtinFunctions } from "./functions/builtins.ts";
import { dockerFunctions } from "./functions/docker-functions.ts";
import type { FunctionMap } from "./functions/go-function.ts";
import { fromAny, type GoValue } from "./go/go-value.ts";
import { type Bodies, parseBodies } from "./parse/parser.ts";

/** How {@link parseTemplate} reads. */
export interface ParseOptions {
  /** Functions besides Go's and Docker's. */
  readonly functions?: FunctionMap;
}

/** How {@link Template.execute} runs. */
export interface ExecuteOptions {
  /** Functions that replace those of the same name. */
  readonly functions?: FunctionMap;
  /** A key that a map does not have: `error` fails, `default` prints `<no value>`. */
  readonly missingKey?: "default" | "error";
}

/** Parses Go template text. Throws a `TemplateParseError` with Go's text. */
export function parseTemplate(text: string, options: ParseOptions = {}): Template {
  const functions = { ...builtinFunctions, ...dockerFunctions, ...options.functions };
  return new Template(
    text,
    functions,
    parseBodies(text, (name) => Object.hasOwn(functions, name)),
  );
}

/** A parsed template. */
export class Template {
  readonly #text: string;
  readonly #functions: FunctionMap;
  readonly #bodies: Bodies;

  constructor(text: string, functions: FunctionMap, bodies: Bodies) {
    this.#text = text;
    this.#functions = functions;
    this.#bodies = bodies;
  }

  /**
   * Runs the template on a typed value or on plain JSON data. Throws a `TemplateExecError`, which has
   * what was written before the failure.
   */
  execute(data: GoValue | unknown, options: ExecuteOptions = {}): string {
    const dot = fromAny(data);
    const state: State = {
      text: this.#text,
      bodies: this.#bodies,
      functions:
        options.functions === undefined ? this.#functions : { ...this.#functions, ...options.functions },
      missingKeyIsError: options.missingKey === "error",
      output: [],
      name: "",
      depth: 0,
      variables: [{ name: "$", value: dot }],
      node: undefined,
    };
    walk(state, dot, this.#bodies.get("") ?? []);
    return state.output.join("");
  }
}
