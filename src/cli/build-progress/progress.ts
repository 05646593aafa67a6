import type { BuildEvent } from "../../engine/index.ts";

/** A display of a build. */
export interface Progress {
  onEvent(event: BuildEvent): void;
  /** Shows what is left to show, and ends the display; what failed is shown with the last lines of its output. */
  finish(): void;
}

/** The forms of `--progress`. */
export type ProgressMode = "plain" | "tty" | "rawjson" | "quiet";
