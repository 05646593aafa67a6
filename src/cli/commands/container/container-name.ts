import { CliError } from "../../cli-error.ts";

/** The container that an argument names. Throws {@link CliError} with the text of Docker's client when there is no name in it. */
export function containerName(typed: string | undefined): string {
  if (typed === undefined || typed.trim() === "") {
    throw new CliError("invalid container name or ID: value is empty");
  }
  return typed;
}
