import { run } from "../host/index.ts";

/** What a program says of its version: `1.1.5` for `runc version 1.1.5`; empty when it is not there or does not say. */
export async function programVersion(path: string | undefined): Promise<string> {
  if (path === undefined) return "";
  const { stdout } = await run([path, "--version"]);
  return /\bversion:? (\S+)/.exec(stdout)?.[1] ?? "";
}
