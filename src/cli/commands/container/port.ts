import { goQuote } from "../../../base/index.ts";
import { CommandFailed, command } from "../../command.ts";
import { compareNatural } from "../../format/index.ts";
import { containerName } from "./container-name.ts";

/** `strake container port`. */
export const containerPort = command({
  usage: "CONTAINER [PRIVATE_PORT[/PROTO]]",
  flags: {},
  args: { min: 1, max: 2 },
  async run({ args: [name = "", asked], io }) {
    const { containers } = await io.engine();
    const { record } = await containers.inspect(containerName(name));
    const ports = record.network?.ports ?? {};
    if (asked === undefined || asked === "") {
      const lines = Object.entries(ports).flatMap(([port, bindings]) =>
        (bindings ?? []).map((binding) => `${port} -> ${formatBinding(binding)}\n`),
      );
      io.out(lines.toSorted(compareNatural).join(""));
      return 0;
    }
    checkPort(asked);
    const bindings = ports[asked.includes("/") ? asked : `${asked}/tcp`] ?? [];
    if (bindings.length === 0)
      throw new CommandFailed(1, `Error: No public port '${asked}' published for ${name}`);
    io.out(
      bindings
        .map((binding) => `${formatBinding(binding)}\n`)
        .toSorted(compareNatural)
        .join(""),
    );
    return 0;
  },
});

function checkPort(asked: string): void {
  const [port = ""] = asked.split("/", 1);
  if (/^\d+$/.test(port) && Number(port) < 65536) return;
  const reason = /^\d+$/.test(port) ? "value out of range" : "invalid syntax";
  throw new CommandFailed(
    1,
    `Error: invalid port (${port}): strconv.ParseUint: parsing ${goQuote(port)}: ${reason}`,
  );
}

function formatBinding({ HostIp, HostPort }: { readonly HostIp: string; readonly HostPort: string }): string {
  return HostIp.includes(":") ? `[${HostIp}]:${HostPort}` : `${HostIp}:${HostPort}`;
}
