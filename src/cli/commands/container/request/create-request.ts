import type { CreateRequest } from "../../../../engine/index.ts";
import { parsePlatform } from "../../../../oci/index.ts";
import { CliError } from "../../../cli-error.ts";
import type { Call } from "../../../command.ts";
import { readConfigFile } from "../../../config-file.ts";
import { checkNamespaces } from "../../../values/hosts.ts";
import { checkMac, toEndpoints } from "../../../values/network.ts";
import { parseExpose, parsePublish } from "../../../values/ports.ts";
import { parseVolumes } from "../../../values/volume.ts";
import type { CREATE_FLAGS } from "../flags/create-flags.ts";
import { given, recordOf, textOf } from "./given.ts";
import { refuseUnsupported } from "./refuse-unsupported.ts";
import { toConfig } from "./to-config.ts";
import { toHostConfig } from "./to-host-config.ts";

/** What the mapping needs of a call. */
export type CreateCall = Pick<Call<typeof CREATE_FLAGS>, "flags" | "changed" | "args" | "io">;

/** What the user asks for as the engine takes it. Reads env, label and seccomp files; throws `invalidArgument` with Docker's texts. */
export function toCreateRequest(call: CreateCall): CreateRequest {
  const { flags, args, io } = call;
  refuseUnsupported(call);
  checkNamespaces(flags);
  const published = parsePublish(flags.publish);
  const exposed = { ...published.exposed, ...parseExpose(flags.expose) };
  const volumes = parseVolumes(flags.volume, io.cwd);
  if (flags["mac-address"] !== "") checkMac(flags["mac-address"]);
  const { mode, endpoints } = toEndpoints(flags.network, {
    aliases: flags["network-alias"],
    links: flags.link,
    ip: flags.ip,
    ip6: flags.ip6,
    mac: flags["mac-address"],
    linkLocal: flags["link-local-ip"],
  });
  const platform = flags.platform || io.env.DOCKER_DEFAULT_PLATFORM || "";
  return {
    config: {
      Image: args[0] ?? "",
      ...toConfig(call, { exposed, volumes: volumes.anonymous, proxies: () => readConfigFile(io) }),
    },
    hostConfig: toHostConfig(call, { mode, bindings: published.bindings, binds: volumes.binds }),
    ...given<Pick<CreateRequest, "name" | "endpoints" | "platform">>({
      name: textOf(flags.name),
      endpoints: recordOf(keepAsked(endpoints)),
      platform: platform === "" ? undefined : toPlatform(platform),
    }),
  };
}

// One network without any wish of its own is said by the mode alone.
function keepAsked<T extends object>(endpoints: Readonly<Record<string, T>>): Record<string, T> {
  const entries = Object.entries(endpoints);
  if (entries.length > 1) return { ...endpoints };
  return Object.fromEntries(entries.filter(([, endpoint]) => Object.keys(endpoint).length > 0));
}

function toPlatform(text: string): NonNullable<CreateRequest["platform"]> {
  try {
    return parsePlatform(text);
  } catch (error) {
    throw new CliError(`error parsing specified platform: "${text}" is no platform`, {
      hint: "a platform is os[/arch[/variant]], such as linux/amd64",
      cause: error,
    });
  }
}
