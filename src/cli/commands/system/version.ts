import { versionType } from "../../../api/index.ts";
import { VERSION } from "../../../base/index.ts";
import type { VersionFacts } from "../../../engine/index.ts";
import { formatPlatform, hostPlatform } from "../../../oci/index.ts";
import { goTyped } from "../../../template/index.ts";
import { command } from "../../command.ts";
import { alignTabs } from "../../format/index.ts";
import { BUILD } from "../../version.ts";
import { INSPECT_FORMAT } from "../shared-flags.ts";
import { writeObject } from "./write-object.ts";

/** `strake version`. Client and server are one program here; both are shown, since scripts ask for either. */
export const version = command({
  usage: "[OPTIONS]",
  flags: { format: INSPECT_FORMAT },
  args: { min: 0, max: 0 },
  async run({ flags: { format }, io }) {
    const { system } = await io.engine();
    const facts = await system.version();
    if (format === "") io.out(formatVersion(facts));
    else writeObject(goTyped(versionType, toVersions(facts)), { format, name: "version" }, io);
    return 0;
  },
});

interface Component {
  readonly name: string;
  readonly version: string;
}

/** Programs that the engine works with, as far as they are here. */
function components({ runtime, runtimeVersion, monitorVersion }: VersionFacts): Component[] {
  return [
    { name: "conmon", version: monitorVersion },
    { name: runtime, version: runtimeVersion },
  ].filter(({ version }) => version !== "");
}

function formatVersion(facts: VersionFacts): string {
  const platform = formatPlatform(hostPlatform());
  const client = [
    "Client:",
    ` Version:\t${VERSION}`,
    ` Git commit:\t${BUILD}`,
    ` OS/Arch:\t${platform}`,
    " Context:\tdefault",
  ];
  const engine = [
    "Server:",
    " Engine:",
    `  Version:\t${facts.version}`,
    `  Git commit:\t${BUILD}`,
    `  OS/Arch:\t${platform}`,
    `  Kernel:\t${facts.kernel}`,
    "  Experimental:\tfalse",
    ...components(facts).flatMap(({ name, version }) => [` ${name}:`, `  Version:\t${version}`]),
  ];
  return alignTabs(`${client.join("\n")}\n\n${engine.join("\n")}\n`, { minWidth: 20, padding: 1 });
}

function toVersions(facts: VersionFacts): Readonly<Record<string, unknown>> {
  const { os, architecture } = hostPlatform();
  const { version, kernel } = facts;
  const common = { GitCommit: BUILD, Os: os, Arch: architecture };
  const details = {
    GitCommit: BUILD,
    Os: os,
    Arch: architecture,
    KernelVersion: kernel,
    Experimental: "false",
  };
  return {
    Client: { ...common, Version: VERSION, Context: "default" },
    Server: {
      ...common,
      Platform: { Name: "Strake" },
      Components: [
        { Name: "Engine", Version: version, Details: details },
        ...components(facts).map((each) => ({ Name: each.name, Version: each.version })),
      ],
      Version: version,
      KernelVersion: kernel,
    },
  };
}
