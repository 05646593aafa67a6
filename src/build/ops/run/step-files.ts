import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  formatHosts,
  formatResolvConf,
  HOST_GATEWAY,
  parseExtraHost,
  readHostResolvConf,
} from "../../../network/index.ts";
import type { RuntimeMount } from "../../../runtime/index.ts";
import type { BuildRequest } from "../../request.ts";
import type { Step } from "./step.ts";
import { hostGateway, stepNetwork } from "./step-network.ts";

const HOSTNAME = "buildkitsandbox";

/** What a step sees as its host's name. */
export function stepHostname({ buildArgs }: BuildRequest): string {
  return buildArgs.BUILDKIT_SANDBOX_HOSTNAME || HOSTNAME;
}

/** Writes the files that a step sees and its layer does not get: hosts, resolv.conf, a script. */
export function writeStepFiles(step: Step): RuntimeMount[] {
  const { definition, folders } = step;
  const files = [
    { path: "/etc/resolv.conf", name: "resolv.conf", content: resolvConf(step), mode: 0o644 },
    { path: "/etc/hosts", name: "hosts", content: hosts(step), mode: 0o644 },
    ...(definition.script === undefined ? [] : [{ ...definition.script, name: "script", mode: 0o755 }]),
  ];
  return files.map(({ path, name, content, mode }) => {
    const source = join(folders.bundle, name);
    writeFileSync(source, content, { mode });
    return { destination: path, type: "bind", source, options: ["bind", "ro", "nosuid", "nodev"] };
  });
}

function resolvConf({ definition, context: { request } }: Step): string {
  const mode = stepNetwork(definition, request) === "host" ? "host" : "own";
  return formatResolvConf(readHostResolvConf(), { dns: [], search: [], options: [], mode });
}

function hosts({ context }: Step): string {
  const hostname = stepHostname(context.request);
  const extraHosts = context.request.extraHosts.map(parseExtraHost);
  const needsGateway = extraHosts.some(({ address }) => address === HOST_GATEWAY);
  return formatHosts({
    hostname,
    domainname: "",
    addresses: [],
    extraHosts,
    hostGateway: needsGateway ? hostGateway(context) : "",
    base: `127.0.0.1\tlocalhost ${hostname}\n::1\tlocalhost ip6-localhost ip6-loopback\n`,
  });
}
