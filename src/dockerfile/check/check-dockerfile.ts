import { EngineError, isEngineError } from "../../base/index.ts";
import { formatPlatform, type Platform, parsePlatform } from "../../oci/index.ts";
import type { Dockerfile, Stage } from "../dockerfile.ts";
import { DockerfileError } from "../errors.ts";
import { parseTrigger } from "../parse-dockerfile.ts";
import type { BaseFacts, CheckFacts } from "./check-facts.ts";
import { checkDefaultBases, checkFromWords, type FromWords } from "./check-from.ts";
import { checkGrammar } from "./check-grammar.ts";
import { checkInstruction, type InstructionScope } from "./check-instruction.ts";
import { parseCheckOptions } from "./check-options.ts";
import { type CheckWarning, Findings } from "./findings.ts";
import { readGlobalScope } from "./global-scope.ts";
import { neededStages } from "./needed-stages.ts";
import { beginStage, continueStage, type StageState } from "./stage-state.ts";

/** What {@link checkDockerfile} gives. */
export interface CheckResult {
  /** In the order in which they were found. */
  readonly warnings: readonly CheckWarning[];
  /** Why the checks ended early, or {@link CheckResult.violation}. */
  readonly error: EngineError | undefined;
  /** That the file wants findings to be errors, and there are some: a build fails by it. */
  readonly violation: EngineError | undefined;
}

/**
 * Runs the build checks that the directive `check`, or the build argument `BUILDKIT_DOCKERFILE_CHECK`, lets run.
 * Throws nothing: what is not valid comes back as `error`, together with what was found before.
 */
export function checkDockerfile(dockerfile: Dockerfile, facts: CheckFacts = {}): CheckResult {
  let findings: Findings | undefined;
  try {
    const given = facts.buildArgs?.BUILDKIT_DOCKERFILE_CHECK;
    const options = parseCheckOptions(given ?? dockerfile.directives.check?.value ?? "");
    findings = new Findings(options);
    checkGrammar(dockerfile, findings);
    checkDefaultBases(dockerfile, facts, findings);
    checkStages(dockerfile, facts, findings);
    const { warnings } = findings;
    const found = options.error && warnings.length > 0 ? violation(warnings) : undefined;
    return { warnings, error: found, violation: found };
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return { warnings: findings?.warnings ?? [], error, violation: undefined };
  }
}

function violation(warnings: readonly CheckWarning[]): EngineError {
  const rules = new Set(warnings.map(({ rule }) => rule));
  return new EngineError("invalidArgument", `lint violation found for rules: ${[...rules].join(", ")}`);
}

function checkStages(dockerfile: Dockerfile, facts: CheckFacts, findings: Findings): void {
  const globals = readGlobalScope(dockerfile, facts);
  const words = dockerfile.stages.map(({ from, range }) => {
    return located(dockerfile, range, () => checkFromWords(from, { scope: globals, findings, dockerfile }));
  });
  const named = new Map<string, StageState>();
  const bases = words.map(({ base }) => base);
  const { target } = facts;
  const needed = target === undefined ? undefined : neededStages(dockerfile, target, bases);
  const lastOn = new Map(bases.map((base, at) => [base.toLowerCase(), at]));
  for (const [at, stage] of dockerfile.stages.entries()) {
    if (needed?.has(stage) === false) continue;
    const { base = "", platform } = words[at] ?? {};
    const earlier = named.get(base.toLowerCase());
    const image = earlier === undefined && base !== "scratch" ? facts.baseImage?.(stage, base) : undefined;
    if (image !== undefined) {
      checkImagePlatform(stage, { image, words: { base, platform }, facts, findings });
    }
    const isLast = lastOn.get(base.toLowerCase()) === at;
    const state =
      earlier === undefined ? beginStage(base === "scratch" ? base : image) : continueStage(earlier, isLast);
    const scope = { dockerfile, facts, globals, findings, state };
    runTriggers(stage, scope);
    for (const instruction of stage.instructions) checkInstruction(instruction, scope);
    if (stage.name !== undefined) named.set(stage.name, state);
  }
}

/** What the base has left for its children counts as written in place of FROM. */
function runTriggers({ range }: Stage, scope: InstructionScope): void {
  const { triggers } = scope.state;
  scope.state.triggers = [];
  for (const trigger of triggers) {
    const instruction = located(scope.dockerfile, range, () => {
      return parseTrigger(trigger, { fileName: "ONBUILD" });
    });
    checkInstruction({ ...instruction, range }, scope);
  }
}

function checkImagePlatform(
  { range, from }: Stage,
  {
    image,
    words,
    facts,
    findings,
  }: { image: BaseFacts; words: FromWords; facts: CheckFacts; findings: Findings },
): void {
  const expected = words.platform === undefined ? facts.platform : parsePlatform(words.platform);
  const actual = image.platform;
  if (expected === undefined || actual === undefined || samePlatform(expected, actual)) return;
  findings.add(
    "InvalidBaseImagePlatform",
    range,
    `Base image ${words.base || from.base} was pulled with platform "${formatPlatform(actual)}", expected "${formatPlatform(expected)}" for current build`,
  );
}

function samePlatform(one: Platform, other: Platform): boolean {
  return one.os === other.os && one.architecture === other.architecture;
}

/** Says where in the file an error belongs. */
function located<T>({ fileName }: Dockerfile, range: Stage["range"], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isEngineError(error)) throw error;
    throw new DockerfileError(error.message, { fileName, ranges: [range] });
  }
}
