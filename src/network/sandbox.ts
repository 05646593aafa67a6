import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CLONE_NEWNET, MS_BIND, mount, namesIn, setns, unmount, unshare } from "../host/index.ts";
import { setLoopbackUp, setSysctl } from "./links.ts";
import { type NetlinkSocket, openNetlink } from "./netlink-socket.ts";
import type { Sandbox } from "./types.ts";

const OWN = "/proc/thread-self/ns/net";

/** Where the namespace of a container is, or would be, under `run`. */
export function toSandbox(run: string, containerId: string): Sandbox {
  const id = new Bun.CryptoHasher("sha256").update(`sandbox ${containerId}`).digest("hex");
  return { id, key: join(run, "netns", containerId) };
}

/**
 * Makes a network namespace with its loopback up and binds it to the sandbox's path; an old one there is
 * replaced. This thread is in its own namespace again when the call returns or throws.
 */
export function makeSandbox(run: string, containerId: string): Sandbox {
  const sandbox = toSandbox(run, containerId);
  mkdirSync(join(run, "netns"), { recursive: true, mode: 0o711 });
  removeSandbox(run, containerId);
  closeSync(openSync(sandbox.key, "wx", 0o444));
  try {
    withNewNamespace(() => {
      mount(OWN, sandbox.key, undefined, MS_BIND);
      // Endpoints have no IPv6 address, so their interfaces get no link-local one; loopback keeps ::1.
      setSysctl("ipv6/conf/default/disable_ipv6", "1", { optional: true });
      const netlink = openNetlink();
      try {
        setLoopbackUp(netlink);
      } finally {
        netlink.close();
      }
    });
  } catch (error) {
    removeSandbox(run, containerId);
    throw error;
  }
  return sandbox;
}

/** Gives up the namespace's name; the kernel frees it, with the interfaces in it, when no process is left inside. */
export function removeSandbox(run: string, containerId: string): void {
  const { key } = toSandbox(run, containerId);
  while (unmount(key, { detach: true }));
  rmSync(key, { force: true });
}

/** IDs of the containers that have a namespace under `run`. */
export function listSandboxes(run: string): string[] {
  return namesIn(join(run, "netns"));
}

/** Runs `section` in the namespace behind the open descriptor `namespace`; it must not await. */
export function withNamespace(namespace: number, section: () => void): void {
  returningHome(() => {
    setns(namespace, CLONE_NEWNET);
    section();
  });
}

/** Opens a netlink socket that belongs to the namespace behind the open descriptor `namespace`. */
export function openNetlinkIn(namespace: number): NetlinkSocket {
  return returningHome(() => {
    setns(namespace, CLONE_NEWNET);
    return openNetlink();
  });
}

function withNewNamespace(section: () => void): void {
  returningHome(() => {
    unshare(CLONE_NEWNET);
    section();
  });
}

// `section` must not await: other work of this process would run in the wrong namespace meanwhile.
function returningHome<T>(section: () => T): T {
  const home = openSync(OWN, "r");
  try {
    return section();
  } finally {
    goHome(home);
    closeSync(home);
  }
}

function goHome(home: number): void {
  try {
    setns(home, CLONE_NEWNET);
  } catch {
    // Everything this process did from here on would hit the wrong network.
    process.abort();
  }
}
