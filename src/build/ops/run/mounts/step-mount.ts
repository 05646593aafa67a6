import type { RuntimeMount } from "../../../../runtime/index.ts";

/** One mount of a step, ready for the runtime. */
export interface StepMount {
  readonly mount: RuntimeMount;
  readonly kind: "folder" | "file";
}

/** Undoes what a mount of a step needed and the step's folders do not hold. */
export type Release = () => void | Promise<void>;
