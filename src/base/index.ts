export { type AtomicFileOptions, writeFileAtomic } from "./atomic-file.ts";
export { parseBytes } from "./byte-size.ts";
export { type CallOptions, type ProgressEvent, throwIfAborted } from "./call-options.ts";
export { formatTime, type Nanoseconds, nowNs, nowText, parseTime, ZERO_TIME } from "./clock.ts";
export { parseCsv } from "./csv.ts";
export {
  EngineError,
  type ErrorDetail,
  type ErrorKind,
  errnoOf,
  errorText,
  isEngineError,
  withWords,
  withWordsAsync,
} from "./errors.ts";
export {
  booleanFilter,
  checkFilterKeys,
  type FilterValues,
  invalidFilter,
  labelsMatch,
  untilFilter,
} from "./filter-values.ts";
export {
  chunkAfter,
  firstChance,
  type GlobToken,
  globSource,
  MOST_STARS,
  readGlob,
  toPathPattern,
} from "./glob.ts";
export { formatGoDuration } from "./go-duration.ts";
export { goQuote, goQuoteRune, isPrintable } from "./go-quote.ts";
export { parseGoBool, parseGoDuration, parseGoInteger } from "./go-text.ts";
export { formatHumanDuration } from "./human-duration.ts";
export { newId, randomBytes, shortId } from "./id.ts";
export { isIP } from "./ip.ts";
export { KeyedMutex } from "./keyed-mutex.ts";
export { parseTimestamp } from "./parse-timestamp.ts";
export { Semaphore } from "./semaphore.ts";
export { signalByName } from "./signal-name.ts";
export {
  type ExcerptOptions,
  formatSourceExcerpt,
  type Position,
  type SourceRange,
} from "./source-excerpt.ts";
export {
  type Address,
  addressAt,
  addressBytes,
  formatAddress,
  formatSubnet,
  parseAddress,
  parseSubnet,
  type Subnet,
  subnetContains,
  subnetCovers,
  subnetSize,
  subnetsOverlap,
} from "./subnet.ts";
export { VERSION } from "./version.ts";
export { withoutControls } from "./without-controls.ts";
