import { CliError } from "../cli-error.ts";

/** The object that an argument names. Throws {@link CliError} with the text of Docker's client when there is no name in it. */
export function givenName(kind: "container" | "volume", typed: string | undefined): string {
  if (typed === undefined || typed.trim() === "") {
    throw new CliError(`invalid ${kind} name or ID: value is empty`);
  }
  return typed;
}
