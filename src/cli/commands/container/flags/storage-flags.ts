import { bool, bytes, list, parsed, text } from "../../../flags/kinds.ts";
import { parseMount } from "../../../values/mount.ts";

/** Volumes, mounts and the root file system. */
export const STORAGE_FLAGS = {
  mount: parsed("mount", "Attach a filesystem mount to the container", { parse: parseMount }),
  tmpfs: list("Mount a tmpfs directory"),
  volume: list("Bind mount a volume", { shorthand: "v" }),
  "volume-driver": text("Optional volume driver for the container"),
  "volumes-from": list("Mount volumes from the specified container(s)"),
  "storage-opt": list("Storage driver options for the container"),
  "read-only": bool("Mount the container's root filesystem as read only"),
  "shm-size": bytes("Size of /dev/shm"),
};
