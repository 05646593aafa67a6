import { formatPlatform, type Platform } from "../../../oci/index.ts";
import { type ProgressMode, readProgressMode } from "../../build-progress/index.ts";
import { CliError } from "../../cli-error.ts";
import type { Call } from "../../command.ts";
import { cannotBuild } from "./build-failed.ts";
import type { BUILD_FLAGS } from "./build-flags.ts";
import { type CallRequest, readCall } from "./read-call.ts";
import { type OpenRequest, toBuildRequest } from "./request/build-request.ts";
import { type OutputSpec, readOutput } from "./request/outputs.ts";
import { refuseFlags } from "./request/refused-flags.ts";

/** A use of `build`, read. */
export interface ReadBuild {
  readonly call: CallRequest;
  readonly request: OpenRequest;
  readonly outputs: readonly OutputSpec[];
  readonly mode: ProgressMode;
}

type BuildCall = Call<typeof BUILD_FLAGS>;

/** Reads the command line of `build`. Throws {@link CliError} with buildx's texts. */
export async function readBuild(call: BuildCall): Promise<ReadBuild> {
  const { flags } = call;
  const mode = readMode(call);
  const wanted = readCall(flags.call, flags.check);
  refuseFlags(flags);
  const given = readOutputs(call);
  checkOutputs(call, given);
  const request = await toBuildRequest(call);
  const outputs = withStored(given, request.platforms);
  const names = outputs.flatMap((output) =>
    output.kind === "image" || output.kind === "push" ? output.names : [],
  );
  return { call: wanted, request: { ...request, tags: [...request.tags, ...names] }, outputs, mode };
}

function readMode({ flags, io }: BuildCall): ProgressMode {
  if (flags.quiet) {
    if (["auto", "quiet", "none"].includes(flags.progress)) return "quiet";
    throw new CliError(`progress=${flags.progress} and quiet cannot be used together`);
  }
  return readProgressMode(
    flags.progress === "auto" ? (io.env.BUILDKIT_PROGRESS ?? "auto") : flags.progress,
    io,
  );
}

function readOutputs({ flags, io }: BuildCall): readonly OutputSpec[] {
  const given = flags.output.flatMap((text) => readOutput(text, io));
  const image: OutputSpec = { kind: "image", names: [] };
  const push: OutputSpec = { kind: "push", names: [] };
  const all = [...given, ...(flags.load ? [image] : []), ...(flags.push ? [push] : [])];
  return all.length === 0 ? [image] : all;
}

/** What is pushed stays here too, as with Docker; several platforms have no place in the store. */
function withStored(outputs: readonly OutputSpec[], platforms: readonly Platform[]): readonly OutputSpec[] {
  const has = (wanted: OutputSpec["kind"]) => outputs.some(({ kind }) => kind === wanted);
  const several = new Set(platforms.map(formatPlatform)).size > 1;
  return has("push") && !has("image") && !several ? [{ kind: "image", names: [] }, ...outputs] : outputs;
}

function checkOutputs({ flags }: BuildCall, outputs: readonly OutputSpec[]): void {
  for (const output of outputs) {
    if (output.kind === "push" && output.names.length + flags.tag.length === 0) {
      throw cannotBuild("tag is needed when pushing to registry");
    }
    if (flags.iidfile !== "" && (output.kind === "local" || output.kind === "tar")) {
      throw new CliError("local and tar exporters are incompatible with image ID file");
    }
  }
  if (
    flags.annotation.length > 0 &&
    !outputs.some(({ kind }) => kind.startsWith("oci") || kind === "docker" || kind === "push")
  ) {
    throw cannotBuild("annotations are kept by the outputs oci and docker, and by a push", {
      hint: "an image in the store has a config and layers, no manifest",
    });
  }
  if (outputs.filter(isStdout).length > 1) throw cannotBuild("only one output can be written to stdout");
}

/** True for an output that goes to stdout. */
export function isStdout(output: OutputSpec): boolean {
  return "dest" in output && output.dest === "";
}
