import type { ExecutionConfig } from "../oci/index.ts";

/**
 * The configuration after the Dockerfile instructions of `--change` (`commit`, `import`); without any, the same.
 * Throws `invalidArgument` with Docker's texts.
 */
export async function changeConfig(
  config: ExecutionConfig,
  changes: readonly string[],
): Promise<ExecutionConfig> {
  if (changes.length === 0) return config;
  const { applyChanges } = await import("./apply-changes.ts");
  return applyChanges(config, changes);
}
