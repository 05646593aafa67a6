import { command } from "../../command.ts";
import { text } from "../../flags/kinds.ts";
import { refusedRequest } from "../../start-failure.ts";
import { createContainer } from "./create-container.ts";
import { CREATE_FLAGS } from "./flags/create-flags.ts";
import { checkPullPolicy } from "./pull-policy.ts";
import { toCreateRequest } from "./request/create-request.ts";

/** `strake container create`. */
export const containerCreate = command({
  usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
  flags: {
    ...CREATE_FLAGS,
    pull: text('Pull image before creating ("always", "missing", "never")', { initial: "missing" }),
  },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  interspersed: false,
  async run(call) {
    const { flags, io } = call;
    const request = await refusedRequest(() => {
      checkPullPolicy(flags.pull);
      return toCreateRequest(call);
    });
    const engine = await io.engine();
    const id = await createContainer(engine, request, {
      io,
      cidfile: flags.cidfile,
      policy: flags.pull,
      quiet: flags.quiet,
    });
    io.out(`${id}\n`);
    return 0;
  },
});
