import { archiveCases } from "./archive.ts";
import { buildCases } from "./build.ts";
import type { Case } from "./case.ts";
import { changedContainerCases } from "./changed-container.ts";
import { containerCases } from "./container.ts";
import { imageListCases } from "./image-list.ts";
import { manyContainers } from "./many-containers.ts";
import { registryCases } from "./registry.ts";
import { runCases } from "./run.ts";
import { startUp } from "./start-up.ts";

/** Every case, in the order in which they are run and shown. */
export const CASES: readonly Case[] = [
  startUp,
  ...imageListCases,
  ...runCases,
  ...containerCases,
  manyContainers,
  ...changedContainerCases,
  ...archiveCases,
  ...registryCases,
  ...buildCases,
];
