import { command } from "../../command.ts";
import { dropCredential } from "../../credentials/keep-credential.ts";
import { readServer } from "./server-argument.ts";

/** `strake logout`. */
export const logout = command({
  usage: "[SERVER]",
  long: "Log out from a registry.\nIf no server is specified, the default is defined by the daemon.",
  flags: {},
  args: { min: 0, max: 1 },
  async run({ args, io }) {
    const { domain, shown } = readServer(args[0]);
    await dropCredential(io, domain);
    io.out(`Removing login credentials for ${shown}\n`);
    return 0;
  },
});
