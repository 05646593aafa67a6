import type { SourceRange } from "../base/index.ts";
import type { HealthConfig } from "../oci/index.ts";

/** What every instruction carries. */
export interface InstructionSource {
  /** All its lines, with those of its heredocs. */
  readonly range: SourceRange;
  /** The instruction on one line, continuations joined, without heredoc bodies: what progress and errors show. */
  readonly original: string;
  /** The first word as it is written, `RUN` or `run`. */
  readonly keyword: string;
  /** The comment lines right above, without `#`. */
  readonly comments: readonly string[];
}

/** A command as RUN, CMD and ENTRYPOINT take it: a line for the shell, or the words of a JSON array. */
export type CommandLine =
  | { readonly form: "shell"; readonly line: string }
  | { readonly form: "exec"; readonly words: readonly string[] };

/** `<<NAME` and the lines up to NAME. */
export interface Heredoc {
  readonly name: string;
  /** As it stands in the source, every line ended by its line feed. */
  readonly body: string;
  /** False when the name is quoted: variables in the body stay. */
  readonly expand: boolean;
  /** `<<-`: leading tabs of each line are not part of the content. */
  readonly stripTabs: boolean;
  /** The number before `<<`; 0 when there is none. */
  readonly fileDescriptor: number;
}

/** A file that COPY or ADD takes from the Dockerfile itself; tabs of `<<-` are already gone. */
export interface InlineFile {
  readonly name: string;
  readonly content: string;
  /** False when variables in the content stay as they are. */
  readonly expand: boolean;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** Words that may hold variables until `expandInstruction` has replaced them are marked "word". */
export interface FromInstruction extends InstructionSource {
  readonly kind: "from";
  /** Word: an image, an earlier stage or `scratch`. */
  readonly base: string;
  /** In lower case. */
  readonly name?: string;
  /** The name as it is written. */
  readonly writtenName?: string;
  /** `AS` or `as`, as it is written. */
  readonly asKeyword?: string;
  /** Word. */
  readonly platform?: string;
}

export interface ArgInstruction extends InstructionSource {
  readonly kind: "arg";
  /** Values are words; without one the argument has no default. */
  readonly args: readonly { readonly key: string; readonly value?: string }[];
}

export interface EnvInstruction extends InstructionSource {
  readonly kind: "env";
  /** Words. */
  readonly pairs: readonly KeyValue[];
  /** Written as `ENV key value`. */
  readonly legacy: boolean;
}

export interface LabelInstruction extends InstructionSource {
  readonly kind: "label";
  /** Words. */
  readonly pairs: readonly KeyValue[];
  /** Written as `LABEL key value`. */
  readonly legacy: boolean;
}

export interface RunInstruction extends InstructionSource {
  readonly kind: "run";
  /** Never expanded by the builder. */
  readonly command: CommandLine;
  readonly heredocs: readonly Heredoc[];
  /** Words: the values of `--mount`, which `expandInstruction` turns into {@link RunMount}s. */
  readonly mounts: readonly string[];
  readonly network: "default" | "none" | "host";
  readonly security: "sandbox" | "insecure";
  readonly devices: readonly DeviceRequest[];
}

/** `--device=name[,required]` of RUN: a CDI device. */
export interface DeviceRequest {
  readonly name: string;
  readonly required: boolean;
}

export interface CmdInstruction extends InstructionSource {
  readonly kind: "cmd";
  readonly command: CommandLine;
}

export interface EntrypointInstruction extends InstructionSource {
  readonly kind: "entrypoint";
  readonly command: CommandLine;
}

/** What COPY and ADD share. All strings are words. */
export interface TransferInstruction extends InstructionSource {
  readonly sources: readonly string[];
  readonly inlineFiles: readonly InlineFile[];
  readonly destination: string;
  readonly chown?: string;
  readonly chmod?: string;
  readonly link: boolean;
  readonly exclude: readonly string[];
}

export interface CopyInstruction extends TransferInstruction {
  readonly kind: "copy";
  /** A stage, its index, a named context or an image. May hold no variable. */
  readonly from?: string;
  readonly parents: boolean;
}

export interface AddInstruction extends TransferInstruction {
  readonly kind: "add";
  readonly checksum?: string;
  /** Undefined when the flag is not given: the query of a git source may decide. */
  readonly keepGitDir?: boolean;
  /** Undefined when the flag is not given: local archives unpack, those of a URL do not. */
  readonly unpack?: boolean;
}

export interface WorkdirInstruction extends InstructionSource {
  readonly kind: "workdir";
  /** Word. */
  readonly path: string;
}

export interface ExposeInstruction extends InstructionSource {
  readonly kind: "expose";
  /** Words, which may each become several; after `expandInstruction` keys such as `80/tcp`. */
  readonly ports: readonly string[];
}

export interface VolumeInstruction extends InstructionSource {
  readonly kind: "volume";
  /** Words. */
  readonly paths: readonly string[];
}

export interface UserInstruction extends InstructionSource {
  readonly kind: "user";
  /** Word. */
  readonly user: string;
}

export interface OnbuildInstruction extends InstructionSource {
  readonly kind: "onbuild";
  /** The instruction for later, with its heredocs: what `parseTrigger` reads. */
  readonly trigger: string;
}

export interface StopsignalInstruction extends InstructionSource {
  readonly kind: "stopsignal";
  /** Word. */
  readonly signal: string;
}

export interface HealthcheckInstruction extends InstructionSource {
  readonly kind: "healthcheck";
  readonly health: HealthConfig;
}

export interface ShellInstruction extends InstructionSource {
  readonly kind: "shell";
  readonly shell: readonly string[];
}

export interface MaintainerInstruction extends InstructionSource {
  readonly kind: "maintainer";
  readonly maintainer: string;
}

/** One instruction of a Dockerfile, variables still in place. */
export type Instruction =
  | FromInstruction
  | ArgInstruction
  | EnvInstruction
  | LabelInstruction
  | RunInstruction
  | CmdInstruction
  | EntrypointInstruction
  | CopyInstruction
  | AddInstruction
  | WorkdirInstruction
  | ExposeInstruction
  | VolumeInstruction
  | UserInstruction
  | OnbuildInstruction
  | StopsignalInstruction
  | HealthcheckInstruction
  | ShellInstruction
  | MaintainerInstruction;

/** The instructions that may stand in a stage after its FROM. */
export type StageInstruction = Exclude<Instruction, FromInstruction>;
