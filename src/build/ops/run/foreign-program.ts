import { posix } from "node:path";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  closeFd,
  isErrno,
  O_DIRECTORY,
  O_PATH,
  O_RDONLY,
  openAt,
  openIn,
  preadFd,
  S_IFMT,
  S_IFREG,
  statAt,
} from "../../../host/index.ts";
import { hostPlatform } from "../../../oci/index.ts";

/** Go's names of the machines in an ELF header (elf(5), `e_machine`). */
const MACHINES: Readonly<Record<number, string>> = {
  3: "386",
  21: "ppc64le",
  22: "s390x",
  40: "arm",
  62: "amd64",
  183: "arm64",
  243: "riscv64",
  258: "loong64",
};

/** What to do about a program that the kernel could not execute; undefined when it is not made for another machine. */
export function foreignProgramHint(
  root: string,
  args: readonly string[],
  env: readonly string[],
): string | undefined {
  const architecture = architectureOf(root, args[0] ?? "", env);
  if (architecture === undefined || architecture === hostPlatform().architecture) return undefined;
  return `${args[0]} is a program for ${architecture}: to run it here, install qemu-user-static (apt-get install qemu-user-static)`;
}

function architectureOf(root: string, program: string, env: readonly string[]): string | undefined {
  const path = env.find((entry) => entry.startsWith("PATH="))?.slice("PATH=".length) ?? "";
  const places = program.includes("/")
    ? [program]
    : path.split(":").map((folder) => posix.join(folder, program));
  const rootFd = openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY);
  try {
    for (const place of places) {
      const header = readHeader(rootFd, place);
      if (header !== undefined) return machineOf(header);
    }
    return undefined;
  } finally {
    closeFd(rootFd);
  }
}

function machineOf(header: Uint8Array): string | undefined {
  const view = new DataView(header.buffer);
  const isElf = view.getUint32(0) === 0x7f454c46;
  // Byte 5 says which byte order the rest has.
  return isElf ? MACHINES[view.getUint16(18, view.getUint8(5) === 1)] : undefined;
}

/** The first bytes of a regular file; undefined when there is none. */
function readHeader(rootFd: number, path: string): Uint8Array | undefined {
  try {
    return withFd(openIn(rootFd, path, O_PATH), (found) => {
      if ((statAt(found, "", AT_EMPTY_PATH).mode & S_IFMT) !== S_IFREG) return undefined;
      const header = new Uint8Array(20);
      withFd(openAt(AT_FDCWD, `/proc/self/fd/${found}`, O_RDONLY), (fd) => preadFd(fd, header, 0));
      return header;
    });
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP", "EACCES")) return undefined;
    throw error;
  }
}

function withFd<T>(fd: number, section: (fd: number) => T): T {
  try {
    return section(fd);
  } finally {
    closeFd(fd);
  }
}
