import { command } from "../../command.ts";
import { readConfigFile } from "../../config-file.ts";
import { bool, filter } from "../../flags/kinds.ts";
import { compareNatural, resolveFormat, writeList } from "../../format/index.ts";
import { LIST_FORMAT } from "../shared-flags.ts";
import { NETWORK_HEADER, NETWORK_TABLE, networkRow } from "./network-row.ts";

const RAW = "network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n";

/** `strake network ls`. */
export const networkLs = command({
  usage: "[OPTIONS]",
  flags: {
    filter: filter('Provide filter values (e.g. "driver=bridge")', { shorthand: "f" }),
    format: LIST_FORMAT,
    "no-trunc": bool("Do not truncate the output"),
    quiet: bool("Only display network IDs", { shorthand: "q" }),
  },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    const given = flags.format || (flags.quiet ? "{{.ID}}" : (readConfigFile(io).networksFormat ?? ""));
    const format = resolveFormat(given, { table: NETWORK_TABLE, raw: RAW });
    const { networks } = await io.engine();
    const list = await networks.list(flags.filter);
    const rows = list
      .toSorted((a, b) => compareNatural(a.name, b.name))
      .map((network) => networkRow(network, flags["no-trunc"]));
    writeList({ write: io.out }, { format, header: NETWORK_HEADER, rows });
    return 0;
  },
});
