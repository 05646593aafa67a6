import { errorText } from "../../base/index.ts";
import { parsePlatform, parseReference } from "../../oci/index.ts";
import type { Dockerfile } from "../dockerfile.ts";
import { blankBase, emptyPlatform, InstructionError } from "../errors.ts";
import { type ExpandedWord, expandWord } from "../expand-word.ts";
import type { FromInstruction } from "../instruction.ts";
import { didYouMean, nearest } from "../suggest.ts";
import type { CheckFacts } from "./check-facts.ts";
import type { Findings } from "./findings.ts";
import { type GlobalScope, readGlobalScope } from "./global-scope.ts";

/** The words of a FROM, expanded. */
export interface FromWords {
  readonly base: string;
  readonly platform: string | undefined;
}

/** Finds bases that are no image's name when no build argument is given. */
export function checkDefaultBases(dockerfile: Dockerfile, facts: CheckFacts, findings: Findings): void {
  try {
    const { lookup } = readGlobalScope(dockerfile, { ...facts, buildArgs: {} });
    for (const { base, range } of dockerfile.stages) {
      if (isReference(expandWord(base, lookup, { escape: dockerfile.escape }).text)) continue;
      findings.add(
        "InvalidDefaultArgInFrom",
        range,
        `Default value for ARG ${base} results in empty or invalid base image name`,
      );
    }
  } catch {
    // What does not expand is an error of the build, which says more than this rule can.
  }
}

/** Checks a FROM's words. Throws `InstructionError` when one is blank after its expansion. */
export function checkFromWords(
  from: FromInstruction,
  { scope, findings, dockerfile }: { scope: GlobalScope; findings: Findings; dockerfile: Dockerfile },
): FromWords {
  const expand = (word: string) => expandWord(word, scope.lookup, { escape: dockerfile.escape });
  const base = expand(from.base);
  checkDeclared(from, { word: base, scope, findings });
  if (base.text === "") throw blankBase(from.base);
  if (!from.platform) return { base: base.text, platform: undefined };
  const platform = expand(from.platform);
  checkDeclared(from, { word: platform, scope, findings });
  checkPlatform(from, { platform, scope, findings });
  if (platform.text === "") {
    const [name] = platform.unset;
    throw emptyPlatform(from.platform, didYouMean(nearest(name ?? "", scope.set)));
  }
  checkSyntax(platform.text);
  return { base: base.text, platform: platform.text };
}

function checkSyntax(platform: string): void {
  try {
    parsePlatform(platform);
  } catch (error) {
    throw new InstructionError(`failed to parse platform ${platform}: ${errorText(error)}`);
  }
}

function checkDeclared(
  { range }: FromInstruction,
  { word, scope, findings }: { word: ExpandedWord; scope: GlobalScope; findings: Findings },
): void {
  for (const name of word.unset) {
    if (scope.declared.has(name)) continue;
    const hint = didYouMean(nearest(name, [...scope.declared, ...scope.set]));
    findings.add("UndefinedArgInFrom", range, `FROM argument '${name}' is not declared${hint}`);
  }
}

function checkPlatform(
  { platform: written = "", name = "", range }: FromInstruction,
  { platform, scope, findings }: { platform: ExpandedWord; scope: GlobalScope; findings: Findings },
): void {
  if (platform.used.size === 0 && platform.unset.size === 0) {
    if (!namesPlatform(name, platform.text)) return;
    findings.add(
      "FromPlatformFlagConstDisallowed",
      range,
      `FROM --platform flag should not use constant value "${platform.text}"`,
    );
    return;
  }
  const onlyTarget =
    platform.used.size === 1 && platform.used.has("TARGETPLATFORM") && platform.unset.size === 0;
  if (!onlyTarget || platform.text !== scope.lookup("TARGETPLATFORM")) return;
  findings.add(
    "RedundantTargetPlatform",
    range,
    `Setting platform to predefined ${written} in FROM is redundant as this is the default behavior`,
  );
}

/** True for a platform whose parts the name of the stage does not mention: the name would tell that it is meant. */
function namesPlatform(stage: string, text: string): boolean {
  try {
    const { os, architecture } = parsePlatform(text);
    return !stage.includes(os) && !stage.includes(architecture);
  } catch {
    return false;
  }
}

function isReference(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch {
    return false;
  }
}
