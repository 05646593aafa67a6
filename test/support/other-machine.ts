import { runProcess } from "./run-process.ts";

/** See {@link otherMachine}. */
export interface OtherMachine extends AsyncDisposable {
  /** Its own address; a server there answers `outside` at port 8080. */
  readonly address: string;
  /** This host's addresses as it sees them. */
  readonly host: string;
  readonly host6: string;
  /** The words that run the command after them there. */
  readonly enter: readonly string[];
}

/** Another machine, as far as packets can tell: a network namespace behind a cable of its own. */
export async function otherMachine(): Promise<OtherMachine> {
  const name = `strake-test-${process.pid}`;
  const cable = `vethout${process.pid}`.slice(0, 15);
  const enter = ["ip", "netns", "exec", name];
  const ip = async (...words: readonly string[]) => {
    const { exitCode, stderr } = await runProcess(["ip", ...words]);
    if (exitCode !== 0) throw new Error(`ip ${words.join(" ")}: ${stderr}`);
  };
  await ip("netns", "add", name);
  await ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name);
  for (const address of ["10.242.0.1/24", "fd42:42::1/64"])
    await ip("addr", "add", address, "dev", cable, ...(address.includes(":") ? ["nodad"] : []));
  await ip("link", "set", cable, "up");
  for (const address of ["10.242.0.2/24", "fd42:42::2/64"])
    await ip("-n", name, "addr", "add", address, "dev", "eth0", ...(address.includes(":") ? ["nodad"] : []));
  for (const link of ["lo", "eth0"]) await ip("-n", name, "link", "set", link, "up");
  const code =
    'Bun.serve({ port: 8080, hostname: "0.0.0.0", fetch: () => new Response("outside") }); console.log("up")';
  const server = Bun.spawn([...enter, process.execPath, "-e", code], { stdout: "pipe" });
  await server.stdout.getReader().read();
  return {
    address: "10.242.0.2",
    host: "10.242.0.1",
    host6: "fd42:42::1",
    enter,
    async [Symbol.asyncDispose]() {
      server.kill();
      await server.exited;
      await ip("netns", "del", name);
      await runProcess(["ip", "link", "del", cable]);
    },
  };
}
