import { formatHumanDuration, shortId } from "../../../base/index.ts";
import type { HistoryLine } from "../../../engine/index.ts";
import { createRow, type GoValue } from "../../../template/index.ts";
import { command } from "../../command.ts";
import { bool, text } from "../../flags/kinds.ts";
import {
  ellipsis,
  formatHumanSize,
  formatLocalRfc3339,
  resolveFormat,
  writeList,
} from "../../format/index.ts";
import { readPlatform } from "../read-platform.ts";
import { LIST_FORMAT } from "../shared-flags.ts";

const HEADER = {
  ID: "IMAGE",
  CreatedSince: "CREATED",
  CreatedAt: "CREATED AT",
  CreatedBy: "CREATED BY",
  Size: "SIZE",
  Comment: "COMMENT",
};

const TABLE = "table {{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";

/** Seconds at the start of the year 2000: an earlier time stands for none. */
const YEAR_2000 = 946_684_800;

/** `strake image history`. */
export const imageHistory = command({
  usage: "[OPTIONS] IMAGE",
  flags: {
    format: LIST_FORMAT,
    human: bool("Print sizes and dates in human readable format", { shorthand: "H", initial: true }),
    "no-trunc": bool("Don't truncate output"),
    platform: text(
      'Show history for the given platform. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ),
    quiet: bool("Only show image IDs", { shorthand: "q" }),
  },
  args: { min: 1, max: 1 },
  async run({ flags, args: [name = ""], io }) {
    const options = readPlatform(flags.platform, "invalid platform: ");
    const { images } = await io.engine();
    const lines = await images.history(name, options);
    const table = flags.human ? TABLE : TABLE.replace("CreatedSince", "CreatedAt");
    const format = flags.quiet && flags.format === "" ? "{{.ID}}" : resolveFormat(flags.format, { table });
    const look = { full: flags["no-trunc"], human: flags.human };
    const rows = lines.map((line) => historyRow(line, look));
    writeList({ write: io.out }, { format, header: HEADER, rows });
    return 0;
  },
});

function historyRow(line: HistoryLine, look: { readonly full: boolean; readonly human: boolean }): GoValue {
  const createdBy = line.createdBy.replaceAll("\t", " ");
  const since = () =>
    line.created < YEAR_2000 ? "N/A" : `${formatHumanDuration(Date.now() - line.created * 1000)} ago`;
  const at = () => formatLocalRfc3339(line.created);
  return createRow("*image.historyContext", {
    plain: {
      ID: look.full ? line.id : shortId(line.id),
      CreatedSince: look.human ? since : at,
      CreatedAt: at,
      CreatedBy: look.full ? createdBy : ellipsis(createdBy, 45),
      Size: () => (look.human ? formatHumanSize(line.size, 3) : String(line.size)),
      Comment: line.comment,
    },
  });
}
