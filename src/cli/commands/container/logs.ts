import { errorText } from "../../../base/index.ts";
import type { LogRequest } from "../../../engine/index.ts";
import { CliError } from "../../cli-error.ts";
import { type Call, command } from "../../command.ts";
import { bool, text } from "../../flags/kinds.ts";
import { parseTimestamp } from "../../values/timestamp.ts";
import { containerName } from "./container-name.ts";
import { formatLogDetails } from "./log-details.ts";

const FLAGS = {
  details: bool("Show extra details provided to logs"),
  follow: bool("Follow log output", { shorthand: "f" }),
  since: text(
    'Show logs since timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
  ),
  tail: text("Number of lines to show from the end of the logs", { shorthand: "n", initial: "all" }),
  timestamps: bool("Show timestamps", { shorthand: "t" }),
  until: text(
    'Show logs before a timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
  ),
};

/** `strake container logs`. */
export const containerLogs = command({
  usage: "[OPTIONS] CONTAINER",
  flags: FLAGS,
  args: { min: 1, max: 1 },
  async run(call) {
    const { flags, args, io } = call;
    const request = toLogRequest(call);
    const { containers } = await io.engine();
    const { record } = await containers.inspect(containerName(args[0]));
    const details = flags.details ? formatLogDetails(record) : "";
    const signal = io.interruptSignal();
    for await (const { stream, time, data } of containers.logs(record.id, request, { signal })) {
      const prefix = `${flags.timestamps ? `${time} ` : ""}${details}`;
      const line = prefix === "" ? data : Buffer.concat([Buffer.from(prefix), data]);
      // A terminal has one stream: what came by it goes to stdout.
      await io.write(record.config.Tty ? "stdout" : stream, line);
    }
    return 0;
  },
});

function toLogRequest({ flags }: Call<typeof FLAGS>): LogRequest {
  const tail = tailOf(flags.tail);
  return {
    stdout: true,
    stderr: true,
    follow: flags.follow,
    ...(flags.since === "" ? {} : { since: timeOf("since", flags.since) }),
    ...(flags.until === "" ? {} : { until: timeOf("until", flags.until) }),
    ...(tail === undefined ? {} : { tail }),
  };
}

function timeOf(flag: string, value: string): bigint {
  try {
    return parseTimestamp(value);
  } catch (error) {
    throw new CliError(`invalid value for "${flag}": ${errorText(error)}`, { cause: error });
  }
}

// Docker takes what is no number for all lines; a typing error should be told.
function tailOf(text: string): number | undefined {
  if (text === "all" || text === "" || /^-\d+$/.test(text)) return undefined;
  if (!/^\d+$/.test(text)) {
    throw new CliError(`invalid value for --tail: "${text}" (must be a number or "all")`);
  }
  return Number(text);
}
