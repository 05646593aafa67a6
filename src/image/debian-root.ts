import { closeSync } from "node:fs";
import { type CallOptions, EngineError, throwIfAborted } from "../base/index.ts";
import { openPipe } from "../host/index.ts";
import type { DebianRelease } from "./debian-release.ts";

const EXCLUDED = ["/usr/share/man/*", "/usr/share/info/*", "/usr/share/doc/*", "/usr/share/locale/*"];
const INCLUDED = ["/usr/share/doc/*/copyright", "/usr/share/locale/locale.alias"];

/** What makes an image different from a machine: nothing of the host, no logs, no caches, small package lists. */
const CLEAN = `set -e
cd "$1"
rm -f etc/hostname etc/resolv.conf etc/apt/apt.conf.d/99mmdebstrap
rm -f etc/passwd- etc/group- etc/shadow- etc/gshadow- etc/subuid- etc/subgid-
rm -f var/cache/apt/*.bin var/cache/ldconfig/aux-cache var/cache/debconf/*-old var/lib/dpkg/*-old
find var/log -type f -delete
[ ! -e etc/machine-id ] || : > etc/machine-id
cat > etc/apt/apt.conf.d/docker-clean <<'END'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
END
echo 'Acquire::Languages "none";' > etc/apt/apt.conf.d/docker-no-languages
`;

/** Neither its mounts nor any of its processes outlive it, however it ends. */
const ISOLATED = "unshare --mount --propagation private --pid --fork --kill-child --mount-proc --".split(" ");

/** A running mmdebstrap. */
export interface DebianRoot {
  /** Gives the tar of the root file system; close it with {@link DebianRoot.end}. */
  readonly fd: number;
  /** Waits for the end; throws `unavailable` with what mmdebstrap said when it failed. */
  finished(): Promise<void>;
  /** Stops what still runs. */
  end(): Promise<void>;
}

/** Starts mmdebstrap for a small Debian with apt, working below `folder`. Throws `unavailable` when it is not installed. */
export function startDebianRoot(release: DebianRelease, folder: string, options: CallOptions): DebianRoot {
  for (const [program, home] of [
    ["mmdebstrap", "mmdebstrap"],
    ["unshare", "util-linux"],
  ] as const) {
    if (Bun.which(program) !== null) continue;
    throw new EngineError("unavailable", `${program} is not installed`, { hint: `apt-get install ${home}` });
  }
  const [reader, writer] = openPipe();
  const child = Bun.spawn([...ISOLATED, ...commandOf(release)], {
    stdin: "ignore",
    stdout: writer,
    stderr: "pipe",
    env: { ...process.env, TMPDIR: folder, SOURCE_DATE_EPOCH: String(release.date) },
  });
  closeSync(writer);
  const stop = (): void => child.kill("SIGKILL");
  options.signal?.addEventListener("abort", stop, { once: true });
  const messages = readMessages(child.stderr, options);
  return {
    fd: reader,
    finished: async () => {
      const [errors] = await Promise.all([messages, child.exited]);
      throwIfAborted(options);
      if (child.exitCode === 0) return;
      throw new EngineError("unavailable", `mmdebstrap failed: ${errors || `exit code ${child.exitCode}`}`);
    },
    end: async () => {
      options.signal?.removeEventListener("abort", stop);
      closeSync(reader);
      stop();
      // The messages end with the last process that could still write below the folder.
      await Promise.all([child.exited, messages]);
    },
  };
}

function commandOf({ codename, suite, sources, aptOptions }: DebianRelease): string[] {
  return [
    "mmdebstrap",
    "--mode=root",
    "--variant=apt",
    "--format=tar",
    ...EXCLUDED.map((path) => `--dpkgopt=path-exclude=${path}`),
    ...INCLUDED.map((path) => `--dpkgopt=path-include=${path}`),
    "--dpkgopt=force-unsafe-io",
    ...aptOptions.map((option) => `--aptopt=${option}`),
    `--customize-hook=${CLEAN}`,
    suite || codename,
    "-",
    ...sources,
  ];
}

/** Passes progress on and returns the complaints. */
async function readMessages(stderr: ReadableStream<Uint8Array>, options: CallOptions): Promise<string> {
  const complaints: string[] = [];
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stderr) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/[\r\n]+/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const text = line.replace(/^[A-Z]: /, "");
      if (line.startsWith("I: ")) options.onProgress?.({ kind: "status", text });
      else if (line.startsWith("E: ")) complaints.push(text);
    }
  }
  return complaints.slice(-5).join("; ");
}
