import type { ScenarioGroup } from "../scenario.ts";
import { buildFiles } from "./builds/build-files.ts";
import { buildLanguage } from "./builds/build-language.ts";
import { buildRefused } from "./builds/build-refused.ts";
import { buildSteps } from "./builds/build-steps.ts";
import { files } from "./files.ts";
import { imageShow } from "./image-show.ts";
import { imageStore } from "./image-store.ts";
import { images } from "./images.ts";
import { inside } from "./inside.ts";
import { lifecycle } from "./lifecycle.ts";
import { logs } from "./logs.ts";
import { networks } from "./networks.ts";
import { options } from "./options.ts";
import { ports } from "./ports.ts";
import { rare } from "./rare.ts";
import { run } from "./run.ts";
import { show } from "./show.ts";
import { system } from "./system.ts";
import { volumes } from "./volumes.ts";

/** All scenarios, by the subject that their golden file is named after. */
export const groups: readonly ScenarioGroup[] = [
  run,
  inside,
  options,
  lifecycle,
  logs,
  rare,
  show,
  files,
  images,
  imageShow,
  imageStore,
  system,
  volumes,
  buildLanguage,
  buildFiles,
  buildSteps,
  buildRefused,
  networks,
  ports,
];
