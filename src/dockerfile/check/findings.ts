import type { SourceRange } from "../../base/index.ts";
import type { CheckOptions, RuleSelection } from "./check-options.ts";
import { EXPERIMENTAL, RULES, type RuleName, ruleUrl } from "./rules.ts";

/** One finding of a build check. */
export interface CheckWarning {
  readonly rule: RuleName;
  /** What is wrong here. */
  readonly message: string;
  /** What the rule is about, the same for all its findings. */
  readonly description: string;
  /** Where the rule is explained. */
  readonly url: string;
  readonly range: SourceRange;
}

/** Collects findings of the rules that the options let run. */
export class Findings {
  readonly warnings: CheckWarning[] = [];
  readonly #options: CheckOptions;

  constructor(options: CheckOptions) {
    this.#options = options;
  }

  add(rule: RuleName, range: SourceRange, message: string): void {
    const { skip, experimental } = this.#options;
    if (selects(skip, rule) || (EXPERIMENTAL.has(rule) && !selects(experimental, rule))) return;
    this.warnings.push({ rule, message, description: RULES[rule], url: ruleUrl(rule), range });
  }
}

function selects(selection: RuleSelection, rule: RuleName): boolean {
  return selection === "all" || selection.has(rule);
}
