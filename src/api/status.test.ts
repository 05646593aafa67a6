import { expect, test } from "bun:test";
import { EngineError, type ErrorKind } from "../base/index.ts";
import { toStatus } from "./status.ts";

test("each kind of error has Docker's HTTP status", () => {
  const kinds: ErrorKind[] = ["notFound", "invalidArgument", "conflict", "notModified", "unauthorized"];
  const more: ErrorKind[] = [
    "forbidden",
    "unavailable",
    "notImplemented",
    "internal",
    "dataLoss",
    "cancelled",
  ];
  const statuses = [...kinds, ...more].map((kind) => toStatus(new EngineError(kind, "x")));
  expect(statuses).toEqual([404, 400, 409, 304, 401, 403, 503, 501, 500, 500, 500]);
});

test("an error of unknown origin is the server's fault", () => {
  expect(toStatus(new TypeError("x"))).toBe(500);
});
