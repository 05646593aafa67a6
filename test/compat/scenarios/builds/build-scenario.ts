import type { Scenario } from "../../scenario.ts";

/** A Dockerfile to be built by both, and what to compare of it. */
export interface BuildCase {
  readonly name: string;
  readonly dockerfile: string;
  /** Shell commands that make the context, run inside of it. */
  readonly context?: string;
  /** Flags of each build, one build after the other; a single one without flags if not given. */
  readonly builds?: readonly string[];
  /** More commands to compare afterwards. */
  readonly after?: readonly string[];
}

/** The image that a build makes. */
export const BUILT = "compat-built";

// What an engine puts into each container, and the programs of the base, tell nothing.
const SKIP = [
  "bin",
  "dev",
  "proc",
  "sys",
  ".dockerenv",
  "etc/hostname",
  "etc/hosts",
  "etc/resolv.conf",
  "etc/mtab",
];

/** Shows config, history and files of an image: type, mode, owner, links, year of an old file, size, path, without sizes and times of folders and links. */
const LOOK = `docker image inspect -f '{{json .Config}} {{.Os}}/{{.Architecture}}{{with .Author}} by {{.}}{{end}}' $1 || exit
docker history --no-trunc --format '{{.CreatedBy}} | {{.Comment}}' $1
docker create --name compat-look $1 x > /dev/null
rm -rf tree; mkdir tree
docker export compat-look | tar -C tree -xp --numeric-owner -f -
docker rm compat-look > /dev/null
cd tree
find . -mindepth 1 ${SKIP.map((path) => `-not -path './${path}' -not -path './${path}/*'`).join(" ")} \\
  -printf '%y %m %U:%G %n %TY %s %P -> %l\\n' |
  awk '{ if ($1 == "d" || $1 == "l") { $4 = "-"; $5 = "-"; $6 = "-" } else if ($5 >= 2020) $5 = "now"; print }' |
  sed 's/ ->$//' | sort -k 7
find . -type f ${SKIP.map((path) => `-not -path './${path}' -not -path './${path}/*'`).join(" ")} -size -64k | sort |
  while read -r file; do md5sum "$file" | cut -c1-8,33-; done
`;

/** The session that builds a case and looks at what came of it. */
export function buildScenario({ name, dockerfile, context, builds = [""], after = [] }: BuildCase): Scenario {
  const write = (path: string, text: string) => `cat > ${path} <<'END-OF-FILE'\n${text}\nEND-OF-FILE`;
  return {
    name,
    setup: [
      "mkdir ctx",
      write("look", LOOK),
      ...(context === undefined ? [] : [`cd ctx && umask 022 && ${context}`]),
      write("ctx/Dockerfile", dockerfile.trimEnd()),
    ],
    steps: [
      ...builds.map((flags) => `docker build -q -t ${BUILT} ${flags === "" ? "" : `${flags} `}ctx`),
      `sh ./look ${BUILT}`,
      ...after,
    ],
  };
}
