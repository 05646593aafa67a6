import type { ContainerView } from "../../../engine/index.ts";
import { type Call, command } from "../../command.ts";
import { readConfigFile } from "../../config-file.ts";
import { bool, filter, int } from "../../flags/kinds.ts";
import { resolveFormat, usedMethods, writeList } from "../../format/index.ts";
import { LIST_FORMAT } from "../shared-flags.ts";
import {
  CONTAINER_HEADER,
  CONTAINER_ROW,
  CONTAINER_TABLE,
  containerRow,
  NO_PLATFORM,
} from "./container-row.ts";

const FLAGS = {
  all: bool("Show all containers (default shows just running)", { shorthand: "a" }),
  filter: filter("Filter output based on conditions provided", { shorthand: "f" }),
  format: LIST_FORMAT,
  last: int("Show n last created containers (includes all states)", { shorthand: "n", initial: -1 }),
  latest: bool("Show the latest created container (includes all states)", { shorthand: "l" }),
  "no-trunc": bool("Don't truncate output"),
  quiet: bool("Only display container IDs", { shorthand: "q" }),
  size: bool("Display total file sizes", { shorthand: "s" }),
};

const RAW =
  "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\nstate: {{.State}}\nstatus: {{.Status}}\nnames: {{.Names}}\nlabels:{{with .Labels}} {{.}}{{end}}\nports:{{with .Ports}} {{.}}{{end}}\n";

/** `strake container ls`. */
export const containerLs = command({
  usage: "[OPTIONS]",
  flags: FLAGS,
  args: { min: 0, max: 0 },
  async run(call) {
    const { flags, io } = call;
    const format = toFormat(call);
    const size = flags.size || wantsSize(format);
    const limit = flags.latest && flags.last === -1 ? 1 : flags.last;
    const { containers } = await io.engine();
    const views = await containers.list({
      all: flags.all,
      size,
      filters: flags.filter,
      ...(limit > 0 ? { limit } : {}),
    });
    const rows = views.map((view: ContainerView) => containerRow(view, flags["no-trunc"]));
    writeList({ write: io.out }, { format, header: CONTAINER_HEADER, rows });
    return 0;
  },
});

function toFormat({ flags, io }: Call<typeof FLAGS>): string {
  if (flags.quiet) {
    if (flags.format !== "") {
      io.err("WARNING: Ignoring custom format, because both --format and --quiet are set.\n");
    }
    return "{{.ID}}";
  }
  const table = flags.size ? `${CONTAINER_TABLE}\t{{.Size}}` : CONTAINER_TABLE;
  const raw = flags.size ? `${RAW}size: {{.Size}}\n` : RAW;
  return resolveFormat(flags.format || (readConfigFile(io).psFormat ?? ""), { table, raw });
}

/** Sizes cost a walk through the files, so they are computed only when the format shows them. */
function wantsSize(format: string): boolean {
  if (format === "json") return false;
  const empty = Object.fromEntries(Object.keys(CONTAINER_HEADER).map((name) => [name, ""]));
  const plain = { ...empty, Platform: NO_PLATFORM };
  const used = usedMethods(format, { typeName: CONTAINER_ROW, plain, withArgument: { Label: () => "" } });
  return used.has("Size");
}
