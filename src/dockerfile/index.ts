export type { Escape } from "./characters.ts";
export { type CheckResult, checkDockerfile } from "./check/check-dockerfile.ts";
export type { BaseFacts, CheckFacts } from "./check/check-facts.ts";
export type { CheckWarning } from "./check/findings.ts";
export type { RuleName } from "./check/rules.ts";
export { applyChmod, type Chmod, type ModeChange, parseChmod } from "./chmod.ts";
export type { Directive, Directives, Dockerfile, ParseWarning, Stage } from "./dockerfile.ts";
export { DockerfileError, type ErrorPlace } from "./errors.ts";
export {
  type ExpandedInstruction,
  type ExpandedRun,
  type ExpandInstructionOptions,
  type Expansion,
  expandInstruction,
} from "./expand-instruction.ts";
export { type ExpandedWord, type ExpandOptions, expandWord, type Lookup } from "./expand-word.ts";
export { type HeredocMark, heredocContent, parseHeredocMark } from "./heredoc.ts";
export { createIgnoreMatcher, type IgnoreMatcher, parseIgnoreFile } from "./ignore-file.ts";
export { toGlobstarPattern } from "./ignore-pattern.ts";
export type {
  AddInstruction,
  ArgInstruction,
  CmdInstruction,
  CommandLine,
  CopyInstruction,
  DeviceRequest,
  EntrypointInstruction,
  EnvInstruction,
  ExposeInstruction,
  FromInstruction,
  HealthcheckInstruction,
  Heredoc,
  InlineFile,
  Instruction,
  InstructionSource,
  KeyValue,
  LabelInstruction,
  MaintainerInstruction,
  OnbuildInstruction,
  RunInstruction,
  ShellInstruction,
  StageInstruction,
  StopsignalInstruction,
  TransferInstruction,
  UserInstruction,
  VolumeInstruction,
  WorkdirInstruction,
} from "./instruction.ts";
export {
  type InstructionOptions,
  type ParseOptions,
  parseDockerfile,
  parseInstructions,
  parseTrigger,
} from "./parse-dockerfile.ts";
export type { BindMount, CacheMount, RunMount, SecretMount, SshMount, TmpfsMount } from "./run-mount.ts";
export { didYouMean, nearest } from "./suggest.ts";
