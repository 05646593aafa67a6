import { EngineError } from "../base/index.ts";

/** Who a process runs as. */
export interface ResolvedUser {
  readonly uid: number;
  readonly gid: number;
  /** The primary group first, then the others as Docker orders them; no number twice. */
  readonly additionalGids: readonly number[];
  readonly home: string;
}

/** The text of the container's own user and group files; empty where there is none. */
export interface UserFiles {
  readonly passwd: string;
  readonly group: string;
}

const LARGEST_ID = 2_147_483_647;

/**
 * Reads `user[:group]`, each a name or a number (empty: uid 0), as Docker does: passwd(5), group(5).
 * Groups that list the user count unless a group was named. Throws `invalidArgument` with Docker's texts.
 */
export function resolveUser(text: string, files: UserFiles, groupAdd: readonly string[] = []): ResolvedUser {
  const at = text.indexOf(":");
  const userText = at < 0 ? text : text.slice(0, at);
  const groupText = at < 0 ? "" : text.slice(at + 1);
  const groups = readGroups(files.group);
  const user = findUser(userText, files.passwd);
  const gid = groupText === "" ? user.gid : findGroup(groupText, groups);
  const listed =
    groupText !== "" || user.name === ""
      ? []
      : groups.filter(({ members }) => members.includes(user.name)).map((group) => group.gid);
  const added = groupAdd.map((name) => findGroup(name, groups));
  return {
    uid: user.uid,
    gid,
    additionalGids: [...new Set([gid, ...listed, ...added])],
    home: user.home,
  };
}

interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

function findUser(text: string, passwd: string): User {
  const number = text === "" ? 0 : readId(text);
  for (const line of passwd.split("\n")) {
    const [name = "", , uid = "", gid = "", , home = ""] = line.trim().split(":");
    if (name === "" || !/^\d+$/.test(uid)) continue;
    if (name !== text && Number(uid) !== number) continue;
    return { name, uid: Number(uid), gid: Number(gid) || 0, home: home || "/" };
  }
  if (number === undefined) throw noEntry("user", text);
  return { name: "", uid: checkRange(number), gid: 0, home: "/" };
}

function findGroup(text: string, groups: readonly Group[]): number {
  const number = readId(text);
  const found = groups.find(({ name, gid }) => name === text || gid === number);
  if (found !== undefined) return found.gid;
  if (number === undefined) throw noEntry("group", text);
  return checkRange(number);
}

function readGroups(text: string): readonly Group[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", , gid = "", members = ""] = line.trim().split(":");
    if (name === "" || !/^\d+$/.test(gid)) return [];
    return [{ name, gid: Number(gid), members: members.split(",") }];
  });
}

function readId(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

function checkRange(id: number): number {
  if (id >= 0 && id <= LARGEST_ID) return id;
  throw new EngineError("invalidArgument", `uids and gids must be in range 0-${LARGEST_ID}`);
}

function noEntry(kind: "user" | "group", name: string): EngineError {
  const file = kind === "user" ? "passwd" : "group";
  return new EngineError(
    "invalidArgument",
    `unable to find ${kind} ${name}: no matching entries in ${file} file`,
  );
}
