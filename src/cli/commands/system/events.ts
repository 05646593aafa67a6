import { toEvent } from "../../../api/index.ts";
import { errorText } from "../../../base/index.ts";
import type { RecordedEvent } from "../../../engine/index.ts";
import { encodeGoJson, goPointer, goTyped, parseTemplate, type Template } from "../../../template/index.ts";
import { CommandFailed, command } from "../../command.ts";
import { filter, text } from "../../flags/kinds.ts";
import { formatLocalRfc3339 } from "../../format/index.ts";
import { parseTimestamp } from "../../values/timestamp.ts";
import { BAD_TEMPLATE } from "../inspect-shared.ts";
import { OBJECT_FORMAT } from "../shared-flags.ts";

/** `strake system events`. */
export const systemEvents = command({
  usage: "[OPTIONS]",
  flags: {
    filter: filter("Filter output based on conditions provided", { shorthand: "f" }),
    format: OBJECT_FORMAT,
    since: text("Show all events created since timestamp"),
    until: text("Stream events until this timestamp"),
  },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    const show = toFormatter(flags.format);
    const range = {
      ...(flags.since === "" ? {} : { since: parseTimestamp(flags.since) }),
      ...(flags.until === "" ? {} : { until: parseTimestamp(flags.until) }),
    };
    const { system } = await io.engine();
    const events = system.events({ ...range, filters: flags.filter, signal: io.interruptSignal() });
    for await (const event of events) io.out(`${show(event)}\n`);
    return 0;
  },
});

function toFormatter(format: string): (event: RecordedEvent) => string {
  if (format === "") return formatEvent;
  if (format === "json") {
    return (event) => {
      const { type, value } = toEvent(event);
      return encodeGoJson(type, value);
    };
  }
  const template = parse(format);
  return (event) => template.execute(toEvent(event));
}

/** A template that no event can fill is refused before the first event, as in Docker. */
function parse(format: string): Template {
  try {
    const template = parseTemplate(format);
    const { type, value } = toEvent(NO_EVENT);
    template.execute(goTyped(goPointer(type), value));
    return template;
  } catch (error) {
    throw new CommandFailed(BAD_TEMPLATE, `Error parsing format: ${errorText(error)}`);
  }
}

const NO_EVENT: RecordedEvent = {
  seq: 0,
  time: 0n,
  type: "container",
  action: "",
  actor: "",
  attributes: {},
};

function formatEvent({ time, type, action, actor, attributes }: RecordedEvent): string {
  const pairs = Object.entries(attributes)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  const shown = pairs.length === 0 ? "" : ` (${pairs.join(", ")})`;
  const local = formatLocalRfc3339(Number(time / 1_000_000_000n));
  const fraction = (time % 1_000_000_000n).toString().padStart(9, "0");
  return `${local.slice(0, 19)}.${fraction}${local.slice(19)} ${type} ${action} ${actor}${shown}`;
}
