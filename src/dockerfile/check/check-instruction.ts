import type { SourceRange } from "../../base/index.ts";
import type { Dockerfile } from "../dockerfile.ts";
import { type ExpandedInstruction, expandNoting } from "../expand-instruction.ts";
import { expandWord } from "../expand-word.ts";
import { splitPort } from "../exposed-ports.ts";
import type {
  AddInstruction,
  CopyInstruction,
  EnvInstruction,
  ExposeInstruction,
  LabelInstruction,
  StageInstruction,
} from "../instruction.ts";
import { didYouMean, nearest } from "../suggest.ts";
import type { CheckFacts } from "./check-facts.ts";
import type { Findings } from "./findings.ts";
import type { GlobalScope } from "./global-scope.ts";
import type { StageState } from "./stage-state.ts";

const SECRET = /(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)/i;
const NO_SECRET = /(?:_|^)(?:public|file|version)(?:_|$)/i;

/** What the check of an instruction needs beside it. */
export interface InstructionScope {
  readonly dockerfile: Dockerfile;
  readonly facts: CheckFacts;
  readonly globals: GlobalScope;
  readonly findings: Findings;
  readonly state: StageState;
}

/** Checks one instruction of a stage, and applies it to the state. Throws `DockerfileError` when it does not expand. */
export function checkInstruction(instruction: StageInstruction, scope: InstructionScope): void {
  if (instruction.kind === "expose") checkPorts(instruction, scope);
  const { state, dockerfile } = scope;
  const unset: string[] = [];
  let expanded: ExpandedInstruction;
  try {
    expanded = expandNoting(instruction, (name) => state.env.get(name), {
      escape: dockerfile.escape,
      fileName: dockerfile.fileName,
      argValue: (key, fallback) => argValue(key, fallback, scope),
      unset,
    });
  } finally {
    reportUnset(unset, instruction, scope);
  }
  apply(expanded, scope);
}

function argValue(
  key: string,
  fallback: string | undefined,
  { facts, globals }: InstructionScope,
): string | undefined {
  const given = facts.buildArgs;
  if (given !== undefined && Object.hasOwn(given, key)) return given[key];
  return fallback ?? globals.lookup(key);
}

function reportUnset(
  names: readonly string[],
  { kind, range }: StageInstruction,
  { state, findings }: InstructionScope,
): void {
  // BuildKit does not look at the variables of EXPOSE.
  if (!state.known || kind === "expose") return;
  for (const name of names) {
    if (state.declared.has(name)) continue;
    const found = nearest(name, [...state.env.keys()]);
    const hint = didYouMean(found === undefined ? undefined : `$${found}`);
    findings.add("UndefinedVar", range, `Usage of undefined variable '$${name}'${hint}`);
  }
}

function apply(instruction: ExpandedInstruction, scope: InstructionScope): void {
  const { state, findings } = scope;
  switch (instruction.kind) {
    case "arg":
      for (const { key, value } of instruction.args) {
        checkSecret("ARG", key, instruction.range, findings);
        state.declared.add(key);
        const chosen = argValue(key, value, scope);
        if (chosen !== undefined) state.env.set(key, chosen);
      }
      break;
    case "env":
      checkFormat(instruction, findings);
      for (const { key, value } of instruction.pairs) {
        checkSecret("ENV", key, instruction.range, findings);
        state.env.set(key, value);
      }
      break;
    case "label":
      checkFormat(instruction, findings);
      break;
    case "cmd":
    case "entrypoint":
      checkOnce(instruction, scope);
      if (instruction.command.form === "shell" && !state.hasShell) {
        findings.add(
          "JSONArgsRecommended",
          instruction.range,
          `JSON arguments recommended for ${instruction.keyword} to prevent unintended behavior related to OS signals`,
        );
      }
      break;
    case "healthcheck":
      checkOnce(instruction, scope);
      break;
    case "shell":
      state.hasShell = instruction.shell.length > 0;
      break;
    case "workdir":
      if (!state.hasWorkdir && !instruction.path.startsWith("/")) {
        findings.add(
          "WorkdirRelativePath",
          instruction.range,
          `Relative workdir "${instruction.path}" can have unexpected results if the base image changes`,
        );
      }
      state.hasWorkdir = true;
      break;
    case "copy":
    case "add":
      checkSources(instruction, scope);
      break;
    case "onbuild":
      state.triggers = [...state.triggers, instruction.trigger];
      break;
  }
}

function checkSecret(kind: string, key: string, range: SourceRange, findings: Findings): void {
  if (!SECRET.test(key) || NO_SECRET.test(key)) return;
  findings.add(
    "SecretsUsedInArgOrEnv",
    range,
    `Do not use ARG or ENV instructions for sensitive data (${kind} "${key}")`,
  );
}

function checkFormat(
  { legacy, keyword, range }: EnvInstruction | LabelInstruction,
  findings: Findings,
): void {
  if (!legacy) return;
  findings.add(
    "LegacyKeyValueFormat",
    range,
    `"${keyword} key=value" should be used instead of legacy "${keyword} key value" format`,
  );
}

function checkOnce(
  { kind, keyword, range }: ExpandedInstruction,
  { state, findings }: InstructionScope,
): void {
  const before = state.last.get(kind);
  if (before !== undefined) {
    findings.add(
      "MultipleInstructionsDisallowed",
      before,
      `Multiple ${keyword} instructions should not be used in the same stage because only the last one will be used`,
    );
  }
  state.last.set(kind, range);
}

function checkSources(
  instruction: CopyInstruction | AddInstruction,
  { facts, findings }: InstructionScope,
): void {
  if (facts.ignore === undefined || (instruction.kind === "copy" && instruction.from !== undefined)) return;
  const verb = instruction.kind === "copy" ? "Copy" : "Add";
  for (const source of instruction.sources) {
    if (!facts.ignore.excludes(source)) continue;
    findings.add(
      "CopyIgnoredFile",
      instruction.range,
      `Attempting to ${verb} file "${source}" that is excluded by .dockerignore`,
    );
  }
}

/** Looks at the words before they become ports: what is wrong with them does not show in a port. */
function checkPorts(
  { ports, range }: ExposeInstruction,
  { dockerfile, findings, state }: InstructionScope,
): void {
  const words = ports.flatMap((port) => {
    return expandWord(port, (name) => state.env.get(name), { escape: dockerfile.escape }).words;
  });
  for (const word of words) {
    const { ip, host, container } = splitPort(word);
    const protocol = container.slice(container.indexOf("/") + 1);
    if (container.includes("/") && protocol !== protocol.toLowerCase()) {
      findings.add(
        "ExposeProtoCasing",
        range,
        `Defined protocol '${word}' in EXPOSE instruction should be lowercase`,
      );
    }
    if (ip === "" && host === "") continue;
    findings.add(
      "ExposeInvalidFormat",
      range,
      `EXPOSE instruction should not define an IP address or host-port mapping, found '${word}'`,
    );
  }
}
