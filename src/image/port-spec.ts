import { EngineError } from "../base/index.ts";

const PROTOCOLS = ["tcp", "udp", "sctp"];

/** Reads what `EXPOSE` takes, `80`, `80-82/udp` or `8080:80`, into keys such as `80/tcp`. Throws `invalidArgument`. */
export function parseExposedPorts(text: string): string[] {
  const slash = text.lastIndexOf("/");
  const protocol = slash < 0 ? "tcp" : text.slice(slash + 1).toLowerCase();
  const ports = slash < 0 ? text : text.slice(0, slash);
  const container = ports.slice(ports.lastIndexOf(":") + 1);
  if (container === "") throw new EngineError("invalidArgument", `No port specified: ${text}<empty>`);
  const [, first = "", last = first] = /^(\d+)(?:-(\d+))?$/.exec(container) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === "" || from > 65535 || to > 65535 || to < from) {
    throw new EngineError("invalidArgument", `Invalid containerPort: ${container}`);
  }
  if (!PROTOCOLS.includes(protocol)) throw new EngineError("invalidArgument", `Invalid proto: ${protocol}`);
  return Array.from({ length: to - from + 1 }, (_, at) => `${from + at}/${protocol}`);
}
