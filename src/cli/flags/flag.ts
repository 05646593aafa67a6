/** One flag of a command: how it is shown in the help, and how its values are read. */
export interface Flag<T> {
  /** The word for the value in the help, such as `string`; empty for a flag that stands alone. */
  readonly type: string;
  readonly usage: string;
  readonly shorthand?: string;
  readonly initial: T;
  /** The default as the help shows it; nothing is shown when it is missing. */
  readonly shownDefault?: string;
  /** What a flag without `=value` means; a flag that has this never takes the next word. */
  readonly bare?: string;
  /** Folds one given text into the value so far. Throws with the reason only; the parser adds which flag it was. */
  readonly add: (value: T, text: string) => T;
  readonly hidden?: true;
  /** Another flag of the table that this one writes to. */
  readonly aliasOf?: string;
  /** Printed as `Flag --x has been deprecated, <text>`. */
  readonly deprecated?: string;
}

// A table holds flags of different values, and `add` takes its value as a parameter: only `never` accepts all of them.
export interface AnyFlag extends Omit<Flag<unknown>, "add"> {
  readonly add: (value: never, text: string) => unknown;
}

/** Flags by long name. */
export type FlagTable = Readonly<Record<string, AnyFlag>>;

/** The values of a table's flags by long name. */
export type FlagValues<F extends FlagTable> = {
  readonly [K in keyof F]: F[K] extends { readonly initial: infer T } ? T : never;
};
