import type { CommandLine, StageInstruction } from "../../dockerfile/index.ts";
import type { ExecutionConfig } from "../../oci/index.ts";
import { healthText, plainList, quotedList } from "./created-by.ts";
import { setEntry, setVariable } from "./environment.ts";
import type { StageContext } from "./stage-context.ts";
import type { StageState } from "./stage-state.ts";

/** Instructions that change the config alone. */
export type MetadataInstruction = Extract<
  StageInstruction,
  {
    readonly kind:
      | "arg"
      | "env"
      | "label"
      | "cmd"
      | "entrypoint"
      | "expose"
      | "volume"
      | "user"
      | "onbuild"
      | "stopsignal"
      | "healthcheck"
      | "shell"
      | "maintainer";
  }
>;

const DEFAULT_SHELL: readonly string[] = ["/bin/sh", "-c"];

/** A command with the shell in force before it, where it is a line for one. */
export function withShell(config: ExecutionConfig, command: CommandLine): readonly string[] {
  if (command.form === "exec") return command.words;
  return [...(config.Shell ?? DEFAULT_SHELL), command.line];
}

/** Applies an expanded instruction to the stage's config and history. */
export function applyMetadata(
  context: StageContext,
  state: StageState,
  instruction: MetadataInstruction,
): void {
  const text = edit(context, state, instruction);
  if (text !== undefined) state.history.push({ createdBy: text, vertex: undefined });
}

/** Makes the change; returns what the history says of it, if anything. */
function edit(
  context: StageContext,
  state: StageState,
  instruction: MetadataInstruction,
): string | undefined {
  switch (instruction.kind) {
    case "arg":
      return declareArgs(context, state, instruction.args);
    case "env":
      for (const { key, value } of instruction.pairs) {
        setVariable(state.environment, key, value);
        setEntry(state.configEnv, key, value);
      }
      return `ENV ${pairsText(instruction.pairs)}`;
    case "label":
      for (const { key, value } of instruction.pairs) state.labels.set(key, value);
      return `LABEL ${pairsText(instruction.pairs)}`;
    case "cmd": {
      const words = withShell(state.config, instruction.command);
      state.config = { ...state.config, Cmd: words, ArgsEscaped: true };
      state.cmdSet = true;
      return `CMD ${quotedList(words)}`;
    }
    case "entrypoint": {
      const words = withShell(state.config, instruction.command);
      const { Cmd, ...rest } = state.config;
      state.config = { ...(state.cmdSet ? state.config : rest), Entrypoint: words };
      return `ENTRYPOINT ${quotedList(words)}`;
    }
    case "expose": {
      const { ports } = instruction;
      const added = Object.fromEntries(ports.map((port) => [port, {}]));
      state.config = { ...state.config, ExposedPorts: { ...state.config.ExposedPorts, ...added } };
      return `EXPOSE ${plainList(ports)}`;
    }
    case "volume": {
      const added = Object.fromEntries(instruction.paths.map((path) => [path, {}]));
      state.config = { ...state.config, Volumes: { ...state.config.Volumes, ...added } };
      return `VOLUME ${plainList(instruction.paths)}`;
    }
    case "user":
      state.config = { ...state.config, User: instruction.user };
      return `USER ${instruction.user}`;
    case "onbuild":
      state.config = { ...state.config, OnBuild: [...(state.config.OnBuild ?? []), instruction.trigger] };
      return undefined;
    case "stopsignal":
      state.config = { ...state.config, StopSignal: instruction.signal };
      return `STOPSIGNAL ${instruction.signal}`;
    case "healthcheck":
      state.config = { ...state.config, Healthcheck: instruction.health };
      return healthText(instruction.health);
    case "shell":
      state.config = { ...state.config, Shell: instruction.shell };
      return `SHELL ${plainList(instruction.shell)}`;
    case "maintainer":
      state.author = instruction.maintainer;
      return `MAINTAINER ${instruction.maintainer}`;
  }
}

/** The value that an ARG gets: what the caller gives, else its default, else what the global scope has. */
export function argValue(
  { request, globalArgs }: StageContext,
  key: string,
  fallback: string | undefined,
): string | undefined {
  const given = Object.hasOwn(request.buildArgs, key) ? request.buildArgs[key] : undefined;
  return given ?? fallback ?? (Object.hasOwn(globalArgs, key) ? globalArgs[key] : undefined);
}

function declareArgs(
  context: StageContext,
  state: StageState,
  args: readonly { readonly key: string; readonly value?: string }[],
): string {
  const texts = args.map(({ key, value: written }) => {
    const value = argValue(context, key, written);
    if (value !== undefined) setVariable(state.environment, key, value);
    state.args.push({ name: key, value });
    return value === undefined ? key : `${key}=${value}`;
  });
  return `ARG ${texts.join(" ")}`;
}

function pairsText(pairs: readonly { readonly key: string; readonly value: string }[]): string {
  return pairs.map(({ key, value }) => `${key}=${value}`).join(" ");
}
