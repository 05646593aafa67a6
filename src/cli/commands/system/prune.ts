import type { SystemPruned } from "../../../engine/index.ts";
import { CommandFailed, command } from "../../command.ts";
import { bool, filter } from "../../flags/kinds.ts";
import { compareNatural } from "../../format/index.ts";
import type { FilterValues } from "../../values/filter.ts";
import { prunedImageLine } from "../image/prune.ts";
import {
  confirm,
  DRY_RUN,
  formatPruned,
  formatReclaimed,
  type PrunedKind,
  withConfiguredFilters,
} from "../prune-shared.ts";
import { PRUNE_FORCE } from "../shared-flags.ts";

/** `strake system prune`. */
export const systemPrune = command({
  usage: "[OPTIONS]",
  flags: {
    all: bool("Remove all unused images not just dangling ones", { shorthand: "a" }),
    "dry-run": DRY_RUN,
    filter: filter('Provide filter values (e.g. "label=<key>=<value>")'),
    force: PRUNE_FORCE,
    volumes: bool("Prune anonymous volumes"),
  },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    const { all, volumes } = flags;
    if (volumes && flags.filter.until !== undefined) {
      throw new CommandFailed(1, 'ERROR: The "until" filter is not supported with "--volumes"');
    }
    const filters = withConfiguredFilters(flags.filter, io);
    const dryRun = flags["dry-run"];
    if (!dryRun && !flags.force && !(await confirm(question({ all, volumes, filters }), io))) return 0;
    const { system } = await io.engine();
    const pruned = await system.prune({ all, volumes, filters }, { dryRun });
    io.out(
      kindsOf(pruned)
        .map((kind) => formatPruned(kind, { dryRun }))
        .join("") + formatReclaimed(pruned),
    );
    return 0;
  },
});

function question(request: {
  readonly all: boolean;
  readonly volumes: boolean;
  readonly filters: FilterValues;
}): string {
  const { all, volumes, filters } = request;
  const kinds = [
    "all stopped containers",
    "all networks not used by at least one container",
    ...(volumes ? ["all anonymous volumes not used by at least one container"] : []),
    all ? "all images without at least one container associated to them" : "all dangling images",
    all ? "all build cache" : "unused build cache",
  ];
  const given = ["label", "label!", "until"]
    .flatMap((key) => (filters[key] ?? []).map((value) => `${key}=${value}`))
    .sort(compareNatural);
  const filtered =
    given.length === 0 ? "" : `\n  Items to be pruned will be filtered with:\n${toList(given)}`;
  return `WARNING! This will remove:\n${toList(kinds)}${filtered}`;
}

function toList(items: readonly string[]): string {
  return items.map((item) => `  - ${item}\n`).join("");
}

function kindsOf(pruned: SystemPruned): PrunedKind[] {
  return [
    { noun: "Containers", lines: pruned.containers },
    { noun: "Networks", lines: pruned.networks },
    { noun: "Volumes", lines: pruned.volumes },
    { noun: "Images", lines: pruned.images.map(prunedImageLine) },
    { noun: "build cache objects", lines: pruned.buildCache.map(({ id }) => id) },
  ];
}
