import { CliError } from "../../cli-error.ts";
import { cannotBuild } from "./build-failed.ts";

/** What `--call` asks for. */
export interface CallRequest {
  readonly kind: "build" | "check" | "outline" | "targets";
  readonly json: boolean;
}

/** Reads `--call` and `--check`. Throws {@link CliError}. */
export function readCall(text: string, check: boolean): CallRequest {
  const [name = "", ...fields] = text.split(",");
  let json = false;
  for (const field of fields) {
    const format = /^format=(.*)$/.exec(field)?.[1];
    if (format === undefined) throw new CliError(`invalid print value: ${text}`);
    if (format !== "json" && format !== "text") {
      throw new CliError(`invalid format ${format}: it can be "json" or "text"`);
    }
    json = format === "json";
  }
  switch (name) {
    case "check":
    case "lint":
      return { kind: "check", json };
    case "outline":
    case "targets":
      return { kind: name, json };
    case "build":
    case "":
      return { kind: check ? "check" : "build", json };
    default:
      throw cannotBuild(`failed to solve: unsupported request frontend.${name}`, {
        hint: "there are build, check, outline and targets",
      });
  }
}
