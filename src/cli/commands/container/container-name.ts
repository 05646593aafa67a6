import { givenName } from "../given-name.ts";

/** The container that an argument names. Throws as {@link givenName} does. */
export function containerName(typed: string | undefined): string {
  return givenName("container", typed);
}
