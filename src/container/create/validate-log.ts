import { errorText } from "../../base/index.ts";
import { invalid, unsupported } from "./errors.ts";

const SHARED_OPTIONS = ["max-size", "max-file", "compress", "mode", "max-buffer-size"];
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  "json-file": [...SHARED_OPTIONS, "labels", "labels-regex", "env", "env-regex", "tag"],
  local: SHARED_OPTIONS,
};
const FOREIGN_DRIVERS = ["awslogs", "fluentd", "gcplogs", "gelf", "journald", "splunk", "syslog"];
const SIZE = /^\d+(?:\.\d+)?\s*(?:[kmgtp]i?)?b?$/i;
const BOOLEAN = /^(?:1|0|t|f|true|false)$/i;

/** Checks a log driver and its options. Throws `invalidArgument` with Docker's texts, `notImplemented` for drivers that need a service. */
export function validateLog(driver: string, config: Readonly<Record<string, string>>): void {
  if (driver === "none") return;
  const known = OPTIONS[driver];
  if (known === undefined) throw unknownDriver(driver);
  for (const name of Object.keys(config)) {
    if (known.includes(name)) continue;
    throw invalid(
      driver === "local"
        ? `unknown log opt '${name}' for log driver local`
        : `unknown log opt '${name}' for ${driver} log driver`,
    );
  }
  const { mode = "blocking", "max-size": size, "max-file": files, compress } = config;
  if (!["", "blocking", "non-blocking"].includes(mode)) {
    throw invalid(`logger: logging mode not supported: ${mode}`);
  }
  if (mode === "non-blocking") {
    throw unsupported(
      'logger: the log option "mode=non-blocking" is not supported',
      "leave it out: logs go to a local file, nothing is sent that could hold up the container",
    );
  }
  if (config["max-buffer-size"] !== undefined && mode !== "non-blocking") {
    throw invalid("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
  }
  checkRotation(driver, size, files);
  for (const pattern of [config["labels-regex"] ?? "", config["env-regex"] ?? ""]) checkPattern(pattern);
  if (compress !== undefined && !BOOLEAN.test(compress)) {
    throw failedDriver(`strconv.ParseBool: parsing "${compress}": invalid syntax`);
  }
  const compresses = compress !== undefined && /^(?:1|t|true)$/i.test(compress);
  if (!compresses) return;
  if (driver === "json-file" && (Number(files ?? 1) < 2 || size === undefined)) {
    throw failedDriver("compress cannot be true when max-file is less than 2 or max-size is not set");
  }
  throw unsupported('the log option "compress=true" is not supported', "rotated logs stay as they are");
}

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern);
  } catch (error) {
    throw failedDriver(`error parsing regexp: ${errorText(error)}`);
  }
}

function checkRotation(driver: string, size: string | undefined, files: string | undefined): void {
  if (size !== undefined && !SIZE.test(size)) throw failedDriver(`invalid size: '${size}'`);
  if (files === undefined) return;
  if (!/^[+-]?\d+$/.test(files)) throw failedDriver(`strconv.Atoi: parsing "${files}": invalid syntax`);
  if (Number(files) < 1) {
    throw failedDriver(
      driver === "local" ? "max-file cannot be less than 0" : "max-file cannot be less than 1",
    );
  }
}

function failedDriver(reason: string): Error {
  return invalid(`failed to create task for container: failed to initialize logging driver: ${reason}`);
}

function unknownDriver(driver: string): Error {
  if (FOREIGN_DRIVERS.includes(driver)) {
    return unsupported(`log driver "${driver}" is not supported`, "use json-file, local or none");
  }
  return invalid(`error looking up logging plugin ${driver}: plugin "${driver}" not found`);
}
