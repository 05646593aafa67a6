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
  /** True when other objects in the engine would show in the answers. */
  readonly alone?: boolean;
  readonly scenarios: readonly Scenario[];
}

/** A shell command that waits until a container has written a line `up`. */
export const untilUp = (name: string) =>
  `until docker logs ${name} 2>/dev/null | grep -q '^up'; do sleep 0.1; done`;

/** A shell command that waits until `inspect` of a container answers so. */
export const untilState = (name: string, format: string, answer: string) =>
  `until docker inspect -f '${format}' ${name} 2>/dev/null | grep -q '^${answer}$'; do sleep 0.1; done`;

/** The image that every scenario finds loaded; made of `/bin/busybox`. */
export const BOX = "compat-box:1";

/** Containers of scenarios start with this, so that they can be removed from a real engine that others use too. */
export const PREFIX = "compat-";
