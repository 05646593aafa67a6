export { createProgress, readProgressMode } from "./create-progress.ts";
export { displayText } from "./display-text.ts";
export { formatExcerpt } from "./format-excerpt.ts";
export type { Progress, ProgressMode } from "./progress.ts";
export { warningsBlock } from "./warnings-block.ts";
