import { EngineError } from "../../../base/index.ts";
import type { SearchResult } from "../../../engine/index.ts";
import { createRow, type GoValue } from "../../../template/index.ts";
import { CliError } from "../../cli-error.ts";
import { command } from "../../command.ts";
import { bool, filter, int } from "../../flags/kinds.ts";
import { ellipsis, resolveFormat, writeList } from "../../format/index.ts";
import type { FilterValues } from "../../values/filter.ts";
import { LIST_FORMAT } from "../shared-flags.ts";

const HEADER = {
  Name: "NAME",
  Description: "DESCRIPTION",
  StarCount: "STARS",
  IsOfficial: "OFFICIAL",
  IsAutomated: "AUTOMATED",
};
const TABLE = "table {{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}";
const DEFAULT_LIMIT = 25;
const MOST = 100;
const DESCRIPTION_WIDTH = 45;

/** `strake search`. */
export const search = command({
  usage: "[OPTIONS] TERM",
  flags: {
    filter: filter("Filter output based on conditions provided", { shorthand: "f" }),
    format: LIST_FORMAT,
    limit: int("Max number of search results"),
    "no-trunc": bool("Don't truncate output"),
  },
  args: { min: 1, max: 1 },
  async run({ flags, args: [argument = ""], io }) {
    const limit = flags.limit === 0 ? DEFAULT_LIMIT : flags.limit;
    if (limit < 1 || limit > MOST) {
      throw new EngineError("invalidArgument", `limit ${limit} is outside the range of [1, ${MOST}]`);
    }
    const keep = toFilter(flags.filter);
    const { system } = await io.engine();
    const found = await system.search({ ...splitTerm(argument), limit }, { signal: io.interruptSignal() });
    const rows = found.filter(keep).map((each) => toRow(each, flags["no-trunc"]));
    const format = resolveFormat(flags.format, { table: TABLE });
    writeList({ write: io.out }, { format, header: HEADER, rows });
    return 0;
  },
});

/** `host/term` asks another registry than Docker Hub. */
function splitTerm(argument: string): { readonly domain: string; readonly term: string } {
  const slash = argument.indexOf("/");
  const first = slash < 0 ? "" : argument.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === "localhost";
  return isHost
    ? { domain: first, term: argument.slice(slash + 1) }
    : { domain: "docker.io", term: argument };
}

function toFilter(filters: FilterValues): (result: SearchResult) => boolean {
  for (const key of Object.keys(filters)) {
    if (!["is-official", "is-automated", "stars"].includes(key)) {
      throw new EngineError("invalidArgument", `invalid filter '${key}'`);
    }
  }
  const isOfficial = toBoolean("is-official", filters["is-official"]?.[0]);
  const isAutomated = toBoolean("is-automated", filters["is-automated"]?.[0]);
  const stars = (filters.stars ?? []).map((text) => {
    if (!/^\d+$/.test(text)) throw new EngineError("invalidArgument", `invalid filter 'stars=${text}'`);
    return Number(text);
  });
  return (result) =>
    (isOfficial === undefined || result.official === isOfficial) &&
    (isAutomated === undefined || result.automated === isAutomated) &&
    stars.every((least) => result.stars >= least);
}

function toBoolean(key: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new CliError(`invalid filter '${key}=${text}'`);
}

function toRow(result: SearchResult, whole: boolean): GoValue {
  const description = result.description.replaceAll(/[\r\n]+/g, " ");
  return createRow("*formatter.SearchContext", {
    plain: {
      Name: result.name,
      Description: whole ? description : ellipsis(description, DESCRIPTION_WIDTH),
      StarCount: String(result.stars),
      IsOfficial: result.official ? "[OK]" : "",
      IsAutomated: result.automated ? "[OK]" : "",
    },
  });
}
