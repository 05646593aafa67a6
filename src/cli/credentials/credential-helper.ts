import type { Credential } from "../../engine/index.ts";
import { CliError } from "../cli-error.ts";

/** A program `docker-credential-NAME` that keeps credentials (docker-credential-helpers protocol). */
export interface CredentialHelper {
  /** Undefined when it has none for this server. */
  get(server: string): Promise<Credential | undefined>;
  store(server: string, credential: Credential, username: string): Promise<void>;
  erase(server: string): Promise<void>;
}

/** The name that says that the secret is an identity token. */
const TOKEN_USER = "<token>";
const NOT_FOUND = /credentials not found|no credentials server URL/i;

export function credentialHelper(name: string): CredentialHelper {
  const program = `docker-credential-${name}`;
  const call = async (action: string, input: string): Promise<string | undefined> => {
    if (/[^\w.-]/.test(name) || Bun.which(program) === null) {
      throw new CliError(
        `error getting credentials - err: exec: "${program}": executable file not found in $PATH`,
      );
    }
    const child = Bun.spawn([program, action], { stdin: Buffer.from(input), stdout: "pipe", stderr: "pipe" });
    const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    if (code === 0) return out;
    const reason = (out.trim() || err.trim()).slice(0, 1000);
    if (NOT_FOUND.test(reason)) return undefined;
    throw new CliError(
      `error ${action === "get" ? "getting" : "storing"} credentials - err: exit status ${code}, out: \`${reason}\``,
    );
  };
  return {
    get: async (server) => {
      const text = await call("get", server);
      if (text === undefined) return undefined;
      const { Username, Secret } = parse(text, program);
      if (Username === "" && Secret === "") return undefined;
      if (Username === TOKEN_USER) return { kind: "identityToken", token: Secret };
      return { kind: "password", username: Username, password: Secret };
    },
    store: async (server, credential, username) => {
      const isToken = credential.kind !== "password";
      const Secret = isToken ? credential.token : credential.password;
      await call(
        "store",
        JSON.stringify({ ServerURL: server, Username: isToken ? TOKEN_USER : username, Secret }),
      );
    },
    erase: async (server) => {
      await call("erase", server);
    },
  };
}

function parse(text: string, program: string): { readonly Username: string; readonly Secret: string } {
  try {
    const { Username = "", Secret = "" } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return { Username: String(Username), Secret: String(Secret) };
  } catch (error) {
    throw new CliError(`error getting credentials: ${program} answered no JSON`, { cause: error });
  }
}
