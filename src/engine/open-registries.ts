import type { CredentialSource, Registry } from "../registry/index.ts";

/** The registries, for one call; their code is read in by the first. */
export async function openRegistries(credentials?: CredentialSource, insecure = false): Promise<Registry> {
  const { openRegistry } = await import("../registry/index.ts");
  return openRegistry({ insecure, ...(credentials === undefined ? {} : { credentials }) });
}
