import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";

// Where distributions keep runtimes and conmon, and where PATH of a user or a service often does not look.
const MORE_FOLDERS = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
  "/usr/libexec/podman",
  "/usr/lib/podman",
  "/usr/local/libexec/podman",
  "/usr/local/lib/podman",
];

/** The full path of a program given by name or by path; undefined when there is none that may be executed. */
export function findProgram(name: string): string | undefined {
  if (name.includes("/")) return isProgram(name) ? name : undefined;
  const folders = [...(process.env.PATH ?? "").split(":").filter((folder) => folder !== ""), ...MORE_FOLDERS];
  for (const folder of folders) {
    const path = join(folder, name);
    if (isProgram(path)) return path;
  }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
