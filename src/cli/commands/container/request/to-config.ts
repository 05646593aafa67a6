import type { ConfigFile } from "../../../config-file.ts";
import { proxyEnv } from "../../../config-file.ts";
import type { RequestConfig } from "../../../values/engine-types.ts";
import { toEnv, toLabels } from "../../../values/key-values.ts";
import type { CreateCall } from "./create-request.ts";
import { given, listOf, recordOf, textOf } from "./given.ts";
import { toHealthcheck } from "./to-healthcheck.ts";

/** Parts of the config that other flags have a say in. */
export interface ConfigParts {
  readonly exposed: Readonly<Record<string, Record<string, never>>>;
  readonly volumes: readonly string[];
  readonly proxies: () => ConfigFile;
}

/** The part of the request that would fit any host. */
export function toConfig(
  { flags, changed, args, io }: CreateCall,
  parts: ConfigParts,
): Partial<RequestConfig> {
  const env = toEnv(flags["env-file"], flags.env, io.env);
  const attachAll = flags.attach.length === 0;
  const attachStdin = flags.interactive || flags.attach.includes("stdin");
  const command = args.slice(1);
  return {
    AttachStdin: attachStdin,
    AttachStdout: attachAll || flags.attach.includes("stdout"),
    AttachStderr: attachAll || flags.attach.includes("stderr"),
    Tty: flags.tty,
    OpenStdin: flags.interactive,
    StdinOnce: flags.interactive && attachStdin,
    ...given<RequestConfig>({
      Hostname: textOf(flags.hostname),
      Domainname: textOf(flags.domainname),
      User: textOf(flags.user),
      ExposedPorts: recordOf(parts.exposed),
      Env: listOf([...env, ...proxyEnv(parts.proxies(), env)]),
      Cmd: listOf(command),
      Entrypoint: changed.has("entrypoint") ? [flags.entrypoint] : undefined,
      Volumes: recordOf(Object.fromEntries(parts.volumes.map((target) => [target, {}]))),
      WorkingDir: textOf(flags.workdir),
      Labels: recordOf(toLabels(flags["label-file"], flags.label)),
      StopSignal: textOf(flags["stop-signal"]),
      StopTimeout: changed.has("stop-timeout") ? flags["stop-timeout"] : undefined,
      Healthcheck: toHealthcheck(flags),
    }),
  };
}
