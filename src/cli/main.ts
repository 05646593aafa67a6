import { writeSync } from "node:fs";
import { versionLine } from "./version.ts";

// Every import beyond these is on the way of a command that needs it: start-up stays within milliseconds.
const words = process.argv.slice(2);
if (words.length === 1 && (words[0] === "--version" || words[0] === "-v")) {
  writeSync(1, versionLine());
} else if (words[0] === "internal") {
  const { runInternal } = await import("./internal.ts");
  process.exit(await runInternal(words.slice(1)));
} else {
  const { runProcess } = await import("./run-process.ts");
  process.exit(await runProcess(words));
}
