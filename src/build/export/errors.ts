import { EngineError } from "../../base/index.ts";

export function cannotPush(): EngineError {
  return new EngineError("notImplemented", "cannot push the result of a build", {
    hint: "build it with a name, and push that",
  });
}
