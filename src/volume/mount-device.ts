import { lookup } from "node:dns/promises";
import { errorText, isIP } from "../base/index.ts";
import { isMountPoint, MS_BIND, MS_REC, MS_REMOUNT, mount, unmount } from "../host/index.ts";
import { cannotMount, cannotResolve } from "./errors.ts";
import { parseMountOptions } from "./mount-options.ts";
import type { Volume } from "./types.ts";

/** True for a volume whose data lies on a device (a tmpfs, another folder, a server) that must be mounted first. */
export function hasDevice({ options }: Pick<Volume, "options">): boolean {
  return (options.device ?? "") !== "";
}

/** Mounts the volume's device on its folder unless it is mounted. Throws Docker's text when the kernel refuses. */
export async function mountDevice({ path, options }: Volume): Promise<void> {
  if (isMountPoint(path)) return;
  const { device = "", type = "", o = "" } = options;
  const resolved = type === "nfs" || type === "cifs" ? await resolveServer(path, o) : o;
  const { flags, propagation, data } = parseMountOptions(resolved);
  try {
    mount(device, path, type, flags, data);
  } catch (error) {
    const asked = [
      `mount ${device}:${path}`,
      ...(flags === 0 ? [] : [`flags: 0x${flags.toString(16)}`]),
      ...(data === "" ? [] : [`data: ${data}`]),
    ].join(", ");
    throw cannotMount(path, `${asked}: ${reasonOf(error, path)}`);
  }
  try {
    if (propagation !== 0) mount("none", path, undefined, propagation);
    // A new bind mount takes no other flags than its own.
    if ((flags & MS_BIND) !== 0 && (flags & ~(MS_BIND | MS_REC)) !== 0) {
      mount("none", path, undefined, flags | MS_REMOUNT);
    }
  } catch (error) {
    unmountDevice(path);
    throw cannotMount(path, errorText(error));
  }
}

/** Takes away everything that is mounted on the folder. Idempotent; processes that still use it are not disturbed. */
export function unmountDevice(path: string): void {
  while (unmount(path, { detach: true }));
}

/** The kernel wants the server's address as a number. */
async function resolveServer(path: string, text: string): Promise<string> {
  const options = text.split(",");
  const at = options.findIndex((option) => option.startsWith("addr="));
  const server = options[at]?.slice("addr=".length) ?? "";
  if (server === "" || isIP(server) !== 0) return text;
  try {
    const { address } = await lookup(server);
    return options.with(at, `addr=${address}`).join(",");
  } catch (error) {
    throw cannotResolve(path, { server, cause: error });
  }
}

function reasonOf(error: unknown, path: string): string {
  return errorText(error).replace(`mount ${path}: `, "");
}
