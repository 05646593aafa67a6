import { BOX, type ScenarioGroup } from "../../scenario.ts";

/** Dockerfiles that cannot be built; what is said of them is compared. */
const BAD: Readonly<Record<string, string>> = {
  "an unknown instruction": `FROM ${BOX}\nRUM echo\n`,
  "no FROM": "RUN echo\n",
  "an empty file": "",
  "only comments": "# nothing\n",
  "an unknown flag": `FROM ${BOX}\nCOPY --frmo=1 a /\n`,
  "a flag without a value": `FROM ${BOX}\nCOPY --chown a /\n`,
  "too few words": `FROM ${BOX}\nCOPY a\n`,
  "FROM with too many words": "FROM a b c\n",
  "an ENV without a name": `FROM ${BOX}\nENV =x\n`,
  "an ENV without a value": `FROM ${BOX}\nENV x\n`,
  "a heredoc without an end": `FROM ${BOX}\nRUN <<EOF\necho\n`,
  "a mount of no type": `FROM ${BOX}\nRUN --mount=type=nope,target=/x true\n`,
  "a mount without a target": `FROM ${BOX}\nRUN --mount=type=bind true\n`,
  "a network of no kind": `FROM ${BOX}\nRUN --network=nope true\n`,
  "a name that is no name": "FROM UPPER:1\n",
  "an ONBUILD of FROM": `FROM ${BOX}\nONBUILD FROM x\n`,
  "an ONBUILD of ONBUILD": `FROM ${BOX}\nONBUILD ONBUILD RUN x\n`,
  "a port that is none": `FROM ${BOX}\nEXPOSE 99999\n`,
  "a health check of no kind": `FROM ${BOX}\nHEALTHCHECK WHAT x\n`,
  "an interval that is none": `FROM ${BOX}\nHEALTHCHECK --interval=abc CMD x\n`,
  "a SHELL that is no list": `FROM ${BOX}\nSHELL /bin/sh\n`,
  "a variable that is required": `FROM ${BOX}\nENV A=\${UNSET:?must be set}\n`,
  "a substitution without an end": `FROM ${BOX}\nENV A=\${UNSET\n`,
  "a base that is blank": "ARG B\nFROM $B\n",
};

/** As {@link BAD}; of these Docker does not say where. */
const UNPLACED: Readonly<Record<string, string>> = {
  "a stage that does not exist": `FROM ${BOX}\nCOPY --from=5 a /\n`,
  "a stage that comes later": `FROM ${BOX} AS a\nCOPY --from=b /x /\nFROM ${BOX} AS b\n`,
};

const FLAGS: readonly string[] = [
  "-t 'a::b' .",
  "nosuch",
  "--target nosuch .",
  "-f nosuch .",
  "-o type=nosuch .",
  "-o type=local .",
  "--add-host nosuch .",
  "--allow nosuch .",
  "--build-arg = .",
  "--label = .",
  "--secret x .",
  "--secret id=x,src=/nosuch .",
  "--ssh x=/nosuch .",
  "--build-context x .",
  "--build-context x=/nosuch .",
  "--platform a/b/c/d .",
  "--no-cache --no-cache-filter x .",
  "--iidfile i -o out .",
];

/** What cannot be built, and how that is said. */
export const buildRefused: ScenarioGroup = {
  name: "build-refused",
  scenarios: [
    // Strake marks the word in question too.
    ...Object.entries(BAD).map(([name, text]) => refused(name, text, "grep -v '^     |'")),
    ...Object.entries(UNPLACED).map(([name, text]) => refused(name, text, "grep ^ERROR")),
    {
      name: "flags that make no sense",
      setup: [`echo 'FROM ${BOX}' > Dockerfile`],
      steps: FLAGS.map((flags) => `docker build -q ${flags}`),
    },
  ],
};

function refused(name: string, dockerfile: string, shown: string) {
  return {
    name,
    setup: [`cat > Dockerfile <<'END-OF-FILE'\n${dockerfile}END-OF-FILE`, "touch a"],
    steps: [`docker build -q . 2>&1 | ${shown}`],
  };
}
