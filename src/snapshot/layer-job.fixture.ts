/** A process for tests that does what the program itself does as `strake internal unpack`. */
import { runLayerJob } from "./index.ts";

process.exit(await runLayerJob(process.argv.slice(2)));
