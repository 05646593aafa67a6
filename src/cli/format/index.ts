export { formatHumanDuration } from "../../base/index.ts";
export { charWidth, displayWidth } from "./display-width.ts";
export { ellipsis } from "./ellipsis.ts";
export { formatBinarySize, formatHumanSize } from "./human-size.ts";
export { joinLabels } from "./join-labels.ts";
export {
  isTableFormat,
  type List,
  type NamedFormats,
  resolveFormat,
  templateText,
  writeList,
} from "./list-format.ts";
export { formatLocalRfc3339, formatLocalTime } from "./local-time.ts";
export { compareNatural } from "./natural-order.ts";
export type { Sink } from "./sink.ts";
export { alignTabs, TABLE_TABS, type TabOptions } from "./tab-writer.ts";
export { type ProbeRow, usedMethods } from "./used-methods.ts";
