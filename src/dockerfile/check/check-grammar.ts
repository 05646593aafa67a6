import type { Dockerfile } from "../dockerfile.ts";
import type { FromInstruction, Instruction } from "../instruction.ts";
import type { Findings } from "./findings.ts";

const RESERVED: ReadonlySet<string> = new Set(["scratch", "context"]);

/** The rules that need nothing but the instructions as they are written. */
export function checkGrammar(dockerfile: Dockerfile, findings: Findings): void {
  for (const { rule, range } of dockerfile.warnings) findings.add(rule, range, "Empty continuation line");
  for (const instruction of dockerfile.globalArgs) checkSpelling(instruction, findings);
  for (const { from, instructions } of dockerfile.stages) {
    checkSpelling(from, findings);
    for (const instruction of instructions) checkSpelling(instruction, findings);
  }
  checkStageNames(dockerfile, findings);
  checkKeywords(dockerfile, findings);
}

function checkSpelling(instruction: Instruction, findings: Findings): void {
  if (instruction.kind === "from") {
    checkFrom(instruction, findings);
    checkComment(instruction, findings, instruction.name === undefined ? [] : [instruction.name]);
  } else if (instruction.kind === "arg") {
    const names = instruction.args.map(({ key }) => key);
    checkComment(instruction, findings, names);
  } else if (instruction.kind === "maintainer") {
    findings.add(
      "MaintainerDeprecated",
      instruction.range,
      "Maintainer instruction is deprecated in favor of using label",
    );
  }
}

function checkFrom(
  { name, writtenName, keyword, asKeyword, range }: FromInstruction,
  findings: Findings,
): void {
  if (name !== writtenName) {
    findings.add("StageNameCasing", range, `Stage name '${writtenName}' should be lowercase`);
  }
  if (asKeyword === undefined || !isOneCase(keyword)) return;
  const expected = keyword === keyword.toLowerCase() ? asKeyword.toLowerCase() : asKeyword.toUpperCase();
  if (asKeyword !== expected) {
    findings.add("FromAsCasing", range, `'${asKeyword}' and '${keyword}' keywords' casing do not match`);
  }
}

function checkComment(
  { kind, comments, range }: Instruction,
  findings: Findings,
  names: readonly string[],
): void {
  const [first, ...others] = names;
  const comment = comments.at(-1);
  if (comment === undefined || first === undefined || names.includes(comment.split(" ")[0] ?? "")) return;
  const example = others.length > 0 ? "<arg_key>" : first;
  findings.add(
    "InvalidDefinitionDescription",
    range,
    `Comment for ${kind.toUpperCase()} should follow the format: \`# ${example} <description>\``,
  );
}

function checkStageNames({ stages }: Dockerfile, findings: Findings): void {
  const seen = new Set<string>();
  for (const { name, range } of stages) {
    if (name === undefined) continue;
    if (RESERVED.has(name)) {
      findings.add(
        "ReservedStageName",
        range,
        `Stage name should not use the same name as reserved stage "${name}"`,
      );
    }
    if (seen.has(name)) {
      findings.add(
        "DuplicateStageName",
        range,
        `Duplicate stage name "${name}", stage names should be unique`,
      );
    }
    seen.add(name);
  }
}

function checkKeywords({ stages }: Dockerfile, findings: Findings): void {
  const all = stages.flatMap(({ from, instructions }): Instruction[] => [from, ...instructions]);
  const plain = all.filter(({ keyword }) => isOneCase(keyword));
  const lower = plain.filter(({ keyword }) => keyword === keyword.toLowerCase()).length;
  const majority = lower * 2 > plain.length ? "lowercase" : "uppercase";
  for (const { keyword, range } of all) {
    if (keyword === (majority === "lowercase" ? keyword.toLowerCase() : keyword.toUpperCase())) continue;
    findings.add(
      "ConsistentInstructionCasing",
      range,
      `Command '${keyword}' should match the case of the command majority (${majority})`,
    );
  }
}

function isOneCase(word: string): boolean {
  return word === word.toLowerCase() || word === word.toUpperCase();
}
