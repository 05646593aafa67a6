/** The flags, width and precision of one `%` directive. */
export interface Flags {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** `%+v`: field names are shown. */
  readonly plusV: boolean;
  /** `%#v`: Go syntax. */
  readonly sharpV: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

export const NO_FLAGS: Flags = {
  minus: false,
  plus: false,
  sharp: false,
  space: false,
  zero: false,
  plusV: false,
  sharpV: false,
  width: undefined,
  precision: undefined,
};

/** Fills `text` up to the width, counted in characters. */
export function pad(text: string, flags: Flags): string {
  const missing = (flags.width ?? 0) - (flags.width === undefined ? 0 : [...text].length);
  if (missing <= 0) return text;
  if (flags.minus) return text + " ".repeat(missing);
  return (flags.zero ? "0" : " ").repeat(missing) + text;
}
