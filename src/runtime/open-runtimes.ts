import { openRuntime, type RuntimeOptions } from "./open-runtime.ts";
import type { Runtime } from "./types.ts";

/** Gives the runtime by name or path, each found once; an empty name means the default one. */
export function openRuntimes(options: Omit<RuntimeOptions, "name">): (name: string) => Runtime {
  const found = new Map<string, Runtime>();
  return (name) => {
    const known = found.get(name);
    if (known !== undefined) return known;
    const runtime = openRuntime({ ...options, name });
    found.set(name, runtime);
    return runtime;
  };
}
