/** A short session at the shell, the same for Docker and Strake; the word `docker` stands for either. */
export interface Scenario {
  /** What it shows, as a sentence. */
  readonly name: string;
  /** Shell commands; output, errors and exit code of each are compared. */
  readonly steps: readonly string[];
  /** Commands whose answer does not matter. */
  readonly setup?: readonly string[];
}

/** Scenarios on one subject; their golden file is `golden/<name>.txt`. */
export interface ScenarioGroup {
  readonly name: string;
  readonly scenarios: readonly Scenario[];
}

/** The image that every scenario finds loaded; made of `/bin/busybox`. */
export const BOX = "compat-box:1";

/** Containers of scenarios start with this, so that they can be removed from a real engine that others use too. */
export const PREFIX = "compat-";
