import { versionType } from "../../../api/index.ts";
import { errorText, VERSION } from "../../../base/index.ts";
import { formatPlatform, hostPlatform } from "../../../oci/index.ts";
import { encodeGoJson, goTyped, parseTemplate, TemplateExecError } from "../../../template/index.ts";
import { CommandFailed, command } from "../../command.ts";
import { alignTabs } from "../../format/index.ts";
import { BUILD } from "../../version.ts";
import { BAD_TEMPLATE } from "../inspect-shared.ts";
import { INSPECT_FORMAT } from "../shared-flags.ts";

/** `strake version`. Client and server are one program here; both are shown, since scripts ask for either. */
export const version = command({
  usage: "[OPTIONS]",
  flags: { format: INSPECT_FORMAT },
  args: { min: 0, max: 0 },
  async run({ flags: { format }, io }) {
    const { system } = await io.engine();
    const facts = await system.version();
    io.out(format === "" ? formatVersion(facts) : formatByTemplate(format, facts));
    return 0;
  },
});

interface Facts {
  readonly version: string;
  readonly runtime: string;
  readonly kernel: string;
}

function formatVersion({ version, runtime, kernel }: Facts): string {
  const platform = formatPlatform(hostPlatform());
  const client = ["Client:", ` Version:\t${VERSION}`, ` Git commit:\t${BUILD}`, ` OS/Arch:\t${platform}`];
  const engine = [
    "Server:",
    " Engine:",
    `  Version:\t${version}`,
    `  Git commit:\t${BUILD}`,
    `  OS/Arch:\t${platform}`,
    `  Runtime:\t${runtime}`,
    `  Kernel:\t${kernel}`,
  ];
  return alignTabs(`${client.join("\n")}\n\n${engine.join("\n")}\n`, { minWidth: 20, padding: 1 });
}

function formatByTemplate(format: string, facts: Facts): string {
  const value = goTyped(versionType, toVersions(facts));
  if (format === "json") return `${encodeGoJson(value.type, value.value)}\n`;
  try {
    return `${parseTemplate(format).execute(value)}\n`;
  } catch (error) {
    const parsing = !(error instanceof TemplateExecError);
    throw new CommandFailed(parsing ? BAD_TEMPLATE : 1, `template parsing error: ${errorText(error)}`);
  }
}

function toVersions({ version, runtime, kernel }: Facts): Readonly<Record<string, unknown>> {
  const { os, architecture } = hostPlatform();
  const common = { GitCommit: BUILD, Os: os, Arch: architecture };
  return {
    Client: { ...common, Version: VERSION, Context: "default" },
    Server: {
      ...common,
      Platform: { Name: "Strake" },
      Components: [
        { Name: "Engine", Version: version, Details: { GitCommit: BUILD, KernelVersion: kernel } },
        { Name: "runtime", Version: runtime },
      ],
      Version: version,
      KernelVersion: kernel,
    },
  };
}
