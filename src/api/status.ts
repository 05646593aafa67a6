import { type ErrorKind, isEngineError } from "../base/index.ts";

/** The HTTP status of each kind of error: the only such table (Docker Engine API, `errdefs` to status). */
const STATUS: Readonly<Record<ErrorKind, number>> = {
  notModified: 304,
  invalidArgument: 400,
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  internal: 500,
  cancelled: 500,
  dataLoss: 500,
  notImplemented: 501,
  unavailable: 503,
};

/** The HTTP status that tells a client of `error`; anything unknown is 500. */
export function toStatus(error: unknown): number {
  return isEngineError(error) ? STATUS[error.kind] : 500;
}
