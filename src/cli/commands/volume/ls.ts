import { CliError } from "../../cli-error.ts";
import { command } from "../../command.ts";
import { readConfigFile } from "../../config-file.ts";
import { bool, filter } from "../../flags/kinds.ts";
import { compareNatural, resolveFormat, writeList } from "../../format/index.ts";
import { LIST_FORMAT } from "../shared-flags.ts";
import { VOLUME_HEADER, VOLUME_TABLE, volumeRow } from "./volume-row.ts";

const RAW = "name: {{.Name}}\ndriver: {{.Driver}}\n";

/** `strake volume ls`. */
export const volumeLs = command({
  usage: "[OPTIONS]",
  flags: {
    cluster: bool("Display only cluster volumes, and use cluster volume list formatting", { hidden: true }),
    filter: filter('Provide filter values (e.g. "dangling=true")', { shorthand: "f" }),
    format: LIST_FORMAT,
    quiet: bool("Only display volume names", { shorthand: "q" }),
  },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    if (flags.cluster) throw new CliError("cannot use --cluster: cluster volumes are not supported");
    const given = flags.format || (flags.quiet ? "{{.Name}}" : (readConfigFile(io).volumesFormat ?? ""));
    const format = resolveFormat(given, { table: VOLUME_TABLE, raw: RAW });
    const { volumes } = await io.engine();
    const list = await volumes.list(flags.filter);
    const rows = list.toSorted((a, b) => compareNatural(a.name, b.name)).map(volumeRow);
    writeList({ write: io.out }, { format, header: VOLUME_HEADER, rows });
    return 0;
  },
});
