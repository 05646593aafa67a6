import { EngineError } from "../../base/index.ts";

export function noContext(name: string): EngineError {
  return new EngineError("notFound", `no build context ${name}`);
}

export function noDockerfile(path: string): EngineError {
  return new EngineError("notFound", `failed to read dockerfile: open ${path}: no such file or directory`, {
    hint: "name the Dockerfile with -f, or run the build where it is",
  });
}

export function badDockerfile(path: string, reason: string): EngineError {
  return new EngineError("invalidArgument", `failed to read dockerfile: open ${path}: ${reason}`);
}

export function badContext(path: string, reason: string): EngineError {
  return new EngineError("invalidArgument", `unable to prepare context: ${reason}`, {
    hint: `the build context is ${path}`,
  });
}
