import { CommandFailed, command } from "../../command.ts";
import { BASE, demoSteps, LEFT_BEHIND } from "../../demo/demo-steps.ts";
import { cleanUpDemo, runDemo } from "../../demo/run-demo.ts";
import { bool } from "../../flags/kinds.ts";

/** `strake demo`: the tutorial of the README, without a question. */
export const demo = command({
  usage: "[OPTIONS]",
  long: `Walk through the tutorial, showing each command and its output\n\nEverything it makes has names of its own that begin with strake-demo.\nAt the end all of it is removed but ${LEFT_BEHIND}.`,
  flags: { keep: bool("Keep the containers and images that the demo made") },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    const { images } = await io.engine();
    const hasBase = await images.inspect(BASE).then(
      () => true,
      () => false,
    );
    await cleanUpDemo();
    const { status, remembered } = await runDemo(demoSteps({ hasBase }), { io });
    if (!flags.keep) await cleanUpDemo(remembered);
    if (status !== 0) throw new CommandFailed(status, `the demo stopped: a step ended with status ${status}`);
    const kept = flags.keep ? "Everything that it made is still there" : `What is left of it: ${LEFT_BEHIND}`;
    io.out(`\n# That was the tutorial. ${kept}.\n`);
    return 0;
  },
});
