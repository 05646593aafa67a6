import { CliError } from "../../cli-error.ts";
import { type Call, command } from "../../command.ts";
import { readConfigFile } from "../../config-file.ts";
import { bool, filter } from "../../flags/kinds.ts";
import { isTableFormat, resolveFormat, writeList } from "../../format/index.ts";
import { LIST_FORMAT } from "../shared-flags.ts";
import { IMAGE_HEADER, imageRows } from "./image-rows.ts";

const FLAGS = {
  all: bool("Show all images (default hides intermediate images)", { shorthand: "a" }),
  digests: bool("Show digests"),
  filter: filter("Filter output based on conditions provided", { shorthand: "f" }),
  format: LIST_FORMAT,
  "no-trunc": bool("Don't truncate output"),
  quiet: bool("Only show image IDs", { shorthand: "q" }),
  tree: bool("List multi-platform images as a tree (EXPERIMENTAL)"),
};

const CREATED = "{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}";
const TABLE = `table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t${CREATED}\t{{.Size}}`;
const TABLE_WITH_DIGESTS = `table {{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t${CREATED}\t{{.Size}}`;
const RAW =
  "repository: {{.Repository}}\ntag: {{.Tag}}\nimage_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n";

/** `strake image ls`. */
export const imageLs = command({
  usage: "[OPTIONS] [REPOSITORY[:TAG]]",
  flags: FLAGS,
  args: { min: 0, max: 1 },
  async run(call) {
    const { flags, args, io, path } = call;
    if (flags.tree) throw new CliError("cannot use --tree: an image stored here has one platform");
    const format = toFormat(call);
    const { images } = await io.engine();
    const list = await images.list({
      all: flags.all,
      filters: flags.filter,
      ...(args[0] === undefined ? {} : { reference: args[0] }),
    });
    const digests = flags.digests || format.includes("{{.Digest}}");
    const rows = list.flatMap((image) => imageRows(image, { full: flags["no-trunc"], digests }));
    writeList({ write: io.out }, { format, header: IMAGE_HEADER, rows });
    const mistaken = args[0] === "ls" || args[0] === "list";
    if (rows.length === 0 && mistaken && path === "images" && isTableFormat(format)) {
      io.err(`\nNo images found matching "${args[0]}": did you mean "strake image ${args[0]}"?\n`);
    }
    return 0;
  },
});

function toFormat({ flags, io }: Call<typeof FLAGS>): string {
  const { format, quiet } = flags;
  if (quiet && (format === "" || format === "table")) return "{{.ID}}";
  if (quiet && format === "raw") return "image_id: {{.ID}}";
  const raw = flags.digests ? RAW.replace("image_id", "digest: {{.Digest}}\nimage_id") : RAW;
  const named = { table: flags.digests ? TABLE_WITH_DIGESTS : TABLE, raw };
  return resolveFormat(format || (readConfigFile(io).imagesFormat ?? ""), named);
}
