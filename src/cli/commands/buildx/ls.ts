import { createRow } from "../../../template/index.ts";
import { command } from "../../command.ts";
import { bool, text } from "../../flags/kinds.ts";
import { resolveFormat, writeList } from "../../format/index.ts";
import { BUILDER_FACTS } from "./builder-facts.ts";

const TABLE = "table {{.Name}}\t{{.DriverEndpoint}}\t{{.Status}}\t{{.Buildkit}}\t{{.Platforms}}";
const HEADER = {
  Name: "NAME/NODE",
  DriverEndpoint: "DRIVER/ENDPOINT",
  Status: "STATUS",
  Buildkit: "BUILDKIT",
  Platforms: "PLATFORMS",
};

/** `strake buildx ls`. */
export const buildxLs = command({
  usage: "[OPTIONS]",
  flags: {
    format: text("Format the output", { initial: "table" }),
    "no-trunc": bool("Don't truncate output"),
  },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    const { name, driver, status, version, platforms } = BUILDER_FACTS;
    const format = resolveFormat(flags.format, { table: TABLE });
    const builder = { Name: `${name}*`, DriverEndpoint: driver, Status: "", Buildkit: "", Platforms: "" };
    const node = {
      Name: ` \\_ ${name}`,
      DriverEndpoint: ` \\_ ${name}`,
      Status: status,
      Buildkit: version,
      Platforms: platforms.join(", "),
    };
    const rows = [builder, node].map((plain) => createRow("*commands.lsContext", { plain }));
    writeList({ write: io.out }, { format, header: HEADER, rows });
    return 0;
  },
});
