/** An operand of a command. `pos` is an offset into the template's text. */
export type Operand =
  | { readonly kind: "dot"; readonly pos: number }
  | { readonly kind: "nil"; readonly pos: number }
  | { readonly kind: "bool"; readonly pos: number; readonly value: boolean }
  | NumberNode
  | { readonly kind: "string"; readonly pos: number; readonly quoted: string; readonly text: string }
  | { readonly kind: "identifier"; readonly pos: number; readonly name: string }
  /** `.A.B`: a chain of names from dot. */
  | { readonly kind: "field"; readonly pos: number; readonly names: readonly string[] }
  /** `$x.A.B`: the first name is the variable with its dollar sign. */
  | { readonly kind: "variable"; readonly pos: number; readonly names: readonly string[] }
  /** `(pipeline).A.B`. */
  | {
      readonly kind: "chain";
      readonly pos: number;
      readonly start: Operand;
      readonly names: readonly string[];
    }
  | Pipeline;

export interface NumberNode {
  readonly kind: "number";
  readonly pos: number;
  readonly text: string;
  /** Present when the literal is a whole number. */
  readonly integer: bigint | undefined;
  readonly float: number;
  /** Written as a float or rune, which decides the type where none is asked for. */
  readonly form: "integer" | "float" | "rune";
}

export interface Command {
  readonly kind: "command";
  readonly pos: number;
  readonly args: readonly Operand[];
}

export interface Pipeline {
  readonly kind: "pipeline";
  readonly pos: number;
  /** Variables that it declares, or sets when `assigns`. */
  readonly variables: readonly string[];
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

export interface Branch {
  readonly kind: "if" | "with" | "range";
  readonly pos: number;
  readonly pipeline: Pipeline;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[] | undefined;
}

export type Statement =
  | { readonly kind: "text"; readonly pos: number; readonly text: string }
  | { readonly kind: "action"; readonly pos: number; readonly pipeline: Pipeline }
  | { readonly kind: "break" | "continue"; readonly pos: number }
  | Branch
  | TemplateCall;

export interface TemplateCall {
  readonly kind: "template";
  readonly pos: number;
  readonly name: string;
  readonly pipeline: Pipeline | undefined;
}

export type Node = Operand | Command | Statement;
