import { hostOfKey, serverKey } from "../../credentials/server-key.ts";

/** A registry as `login` and `logout` name it. */
export interface Server {
  /** As references name it: `docker.io`. */
  readonly domain: string;
  /** As messages show it. */
  readonly shown: string;
}

/** Reads `[SERVER]`: a host, perhaps with a scheme and a path; Docker Hub if it is missing. */
export function readServer(argument: string | undefined): Server {
  const host = argument === undefined || argument === "" ? "docker.io" : hostOfKey(argument);
  const key = serverKey(host);
  return key === host ? { domain: host, shown: host } : { domain: "docker.io", shown: key };
}
