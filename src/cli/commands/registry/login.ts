import type { Credential } from "../../../engine/index.ts";
import { CliError } from "../../cli-error.ts";
import { type Call, CommandFailed, command } from "../../command.ts";
import { findCredential } from "../../credentials/find-credential.ts";
import { keepCredential } from "../../credentials/keep-credential.ts";
import { bool, text } from "../../flags/kinds.ts";
import type { Io } from "../../io/io.ts";
import { hideInput } from "../../terminal/raw-mode.ts";
import { readServer, type Server } from "./server-argument.ts";

const FLAGS = {
  password: text("Password or Personal Access Token (PAT)", { shorthand: "p" }),
  "password-stdin": bool("Take the Password or Personal Access Token (PAT) from stdin"),
  username: text("Username", { shorthand: "u" }),
};

/** `strake login`. */
export const login = command({
  usage: "[OPTIONS] [SERVER]",
  long: "Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.",
  flags: FLAGS,
  args: { min: 0, max: 1 },
  async run(call) {
    const { args, io, changed } = call;
    const server = readServer(args[0]);
    const given = await readFlags(call);
    const known =
      changed.has("username") || changed.has("password")
        ? undefined
        : await findCredential(io, server.domain);
    const { system } = await io.engine();
    const signal = io.interruptSignal();
    if (known !== undefined && given.password === "") {
      io.out(existing(known));
      try {
        io.out(`\n${(await system.login(server.domain, known, { signal })).status}\n`);
        return 0;
      } catch (error) {
        if (!io.isTerminal("stdin")) throw error;
        io.err("Login did not succeed, error: the credentials are refused\n");
      }
    }
    const { username, password } = await complete(io, server, given);
    const credential: Credential = { kind: "password", username, password };
    const { status, identityToken } = await system.login(server.domain, credential, { signal });
    const kept: Credential =
      identityToken === undefined ? credential : { kind: "identityToken", token: identityToken };
    await keepCredential(io, server.domain, { credential: kept, username });
    io.out(`${status}\n`);
    return 0;
  },
});

interface Given {
  readonly username: string;
  readonly password: string;
}

/** What Docker says before it tries what is kept; an identity token does not tell whose it is. */
function existing(known: Credential): string {
  const text = "Authenticating with existing credentials...";
  if (known.kind !== "password") return `${text}\n`;
  return `${text} [Username: ${known.username}]\n\n Info -> To login with a different account, run 'strake logout' followed by 'strake login'\n\n`;
}

async function readFlags({ flags, changed, io }: Call<typeof FLAGS>): Promise<Given> {
  const { username } = flags;
  checkFlags({ flags, changed });
  if (changed.has("password")) {
    io.err("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n");
  }
  if (!flags["password-stdin"]) return { username, password: flags.password };
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.readStdin()) chunks.push(chunk);
  const password = Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$/, "");
  return { username, password };
}

function checkFlags({ flags, changed }: Pick<Call<typeof FLAGS>, "flags" | "changed">): void {
  const isStdin = flags["password-stdin"];
  const problem = [
    isStdin && changed.has("password")
      ? "conflicting options: cannot specify both --password and --password-stdin"
      : undefined,
    changed.has("username") && flags.username === "" ? "username is empty" : undefined,
    changed.has("password") && flags.password === "" ? "password is empty" : undefined,
    isStdin && flags.username === ""
      ? "the --password-stdin option requires --username to be set"
      : undefined,
  ].find((text) => text !== undefined);
  if (problem !== undefined) throw new CommandFailed(1, problem);
}

/** Asks for what is missing. */
async function complete(io: Io, server: Server, given: Given): Promise<Given> {
  if (given.username !== "" && given.password !== "") return given;
  if (!io.isTerminal("stdin")) {
    throw new CommandFailed(1, "Error: Cannot perform an interactive login from a non TTY device");
  }
  const lines = readLines(io);
  const nextLine = async (): Promise<string> => (await lines.next()).value ?? "";
  let { username, password } = given;
  if (username === "") {
    io.out(`Username for ${server.shown}: `);
    username = (await nextLine()).trim();
    if (username === "") throw new CliError("error: username is required");
  }
  if (password === "") {
    const show = hideInput();
    try {
      io.out("Password: ");
      password = await nextLine();
    } finally {
      show();
      io.out("\n");
    }
    if (password === "") throw new CliError("error: password is required");
  }
  return { username, password };
}

/** The lines of stdin; one stream for all of them, as what was read ahead would be lost with it. */
async function* readLines(io: Io): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of io.readStdin()) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      yield text.slice(0, end).replace(/\r$/, "");
      text = text.slice(end + 1);
    }
  }
  if (text !== "") yield text;
  return undefined;
}
