import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError, errnoOf, goQuote } from "../../../../base/index.ts";
import { isErrno, MS_NODEV, MS_NOEXEC, MS_NOSUID, mount as mountAt } from "../../../../host/index.ts";
import type { SecretMount } from "../../../graph/definition.ts";
import type { BuildRequest } from "../../../request.ts";
import type { Step } from "../step.ts";
import type { StepMount } from "./step-mount.ts";

/** BuildKit's limit. */
const MOST_BYTES = 500 * 1024;

/** What a step gets of a secret. */
export interface PreparedSecret {
  readonly file: StepMount | undefined;
  /** `NAME=value`. */
  readonly env: string | undefined;
}

/** Shows a secret to a step. Its value is in memory only. Throws `notFound` (`secret x: not found`) when it must be there. */
export function prepareSecret(step: Step, name: string, mount: SecretMount): PreparedSecret {
  const value = readSecret(step.context.request, mount.id);
  if (value === undefined) {
    if (mount.required) throw notFound(mount.id);
    return { file: undefined, env: undefined };
  }
  const env = mount.env === "" ? undefined : `${mount.env}=${value.toString()}`;
  if (env?.includes("\0")) {
    throw new EngineError("invalidArgument", `secret ${mount.id} cannot be a variable: it holds a NUL byte`);
  }
  return { file: mount.target === "" ? undefined : writeSecret(step, name, { mount, value }), env };
}

function readSecret({ secrets }: BuildRequest, id: string): Buffer | undefined {
  const source = secrets.find((each) => each.id === id);
  if (source === undefined) return undefined;
  const value = source.kind === "env" ? Buffer.from(source.value) : readFile(id, source.path);
  if (value.length > MOST_BYTES) throw tooLarge(id, value.length);
  return value;
}

function readFile(id: string, path: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) throw tooLarge(id, size);
    return readFileSync(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    throw new EngineError("notFound", `failed to read secret ${id} from ${goQuote(path)}`, { cause: error });
  }
}

function writeSecret(
  step: Step,
  name: string,
  { mount, value }: { readonly mount: SecretMount; readonly value: Buffer },
): StepMount {
  const source = join(memoryFolder(step), name);
  writeFileSync(source, value, { mode: 0o600, flag: "wx" });
  chmodSync(source, mount.mode);
  chownSync(source, mount.uid, mount.gid);
  const options = ["bind", "ro", "nosuid", "nodev", "noexec"];
  return { kind: "file", mount: { destination: mount.target, type: "bind", source, options } };
}

/** A folder that is never written to a disk, where the kernel can do so not even as swap. */
function memoryFolder({ folders }: Step): string {
  if (existsSync(folders.secrets)) return folders.secrets;
  mkdirSync(folders.secrets, { mode: 0o700 });
  const flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  try {
    mountAt("tmpfs", folders.secrets, "tmpfs", flags, "mode=700,noswap");
  } catch (error) {
    // Before Linux 6.4.
    if (!isErrno(error, "EINVAL")) throw error;
    mountAt("tmpfs", folders.secrets, "tmpfs", flags, "mode=700");
  }
  return folders.secrets;
}

function notFound(id: string): EngineError {
  return new EngineError("notFound", `secret ${id}: not found`, {
    hint: `give it with --secret id=${id},src=FILE or --secret id=${id},env=VARIABLE`,
  });
}

function tooLarge(id: string, size: number): EngineError {
  return new EngineError(
    "invalidArgument",
    `secret ${id} is too large: ${size} bytes, the most is ${MOST_BYTES}`,
  );
}
