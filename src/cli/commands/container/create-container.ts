import { existsSync, rmSync, writeFileSync } from "node:fs";
import { errorText, isEngineError } from "../../../base/index.ts";
import type { CreateRequest, Engine } from "../../../engine/index.ts";
import { CliError } from "../../cli-error.ts";
import type { Io } from "../../io/io.ts";
import { type PullPolicy, withImage } from "./pull-policy.ts";

/** What making a container needs beside the request. */
export interface CreateOptions extends PullPolicy {
  readonly io: Io;
  /** Where the ID is written; empty for nowhere. */
  readonly cidfile: string;
}

/** Makes the container, writes the cidfile and shows warnings; returns the ID. */
export async function createContainer(
  engine: Engine,
  request: CreateRequest,
  options: CreateOptions,
): Promise<string> {
  const { io, cidfile, policy, quiet } = options;
  if (cidfile !== "" && existsSync(cidfile)) {
    throw new CliError(
      `container ID file found, make sure the other container isn't running or delete ${cidfile}`,
    );
  }
  try {
    // Made first, so that a place that cannot be written to is known before there is a container.
    if (cidfile !== "") makeCidfile(cidfile);
    const create = () => engine.containers.create(request);
    const { id, warnings } = await withImage(io, { request, policy, quiet }, create);
    for (const warning of warnings) io.err(`WARNING: ${warning}\n`);
    if (cidfile !== "") writeFileSync(cidfile, id);
    return id;
  } catch (error) {
    if (cidfile !== "") rmSync(cidfile, { force: true });
    if (isEngineError(error, "invalidArgument") && error.message.startsWith("invalid reference format")) {
      throw new CliError(error.message, { cause: error });
    }
    throw error;
  }
}

function makeCidfile(path: string): void {
  try {
    writeFileSync(path, "", { flag: "wx", mode: 0o644 });
  } catch (error) {
    const reason = /^E[A-Z]+: (.*), open /.exec(errorText(error))?.[1] ?? errorText(error);
    throw new CliError(`failed to create the container ID file: open ${path}: ${reason}`, { cause: error });
  }
}
