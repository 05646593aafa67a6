/** One step of the demo: files that the user writes, or a command. */
export type DemoStep = FileStep | CommandStep;

/** Lines that go into a file of the demo's folder. */
export interface FileStep {
  /** Why the step is there, in a sentence. */
  readonly note: string;
  /** Name in the folder. */
  readonly file: string;
  readonly text: string;
  /** The text goes to the end of what the file has. */
  readonly append?: true;
}

/** A command of Strake, run in the demo's folder. */
export interface CommandStep {
  /** Why the step is there, in a sentence. */
  readonly note: string;
  /** The words after `strake`. */
  readonly words: readonly string[];
  /** What the container's standard input gets. */
  readonly input?: string;
  /** The name under which later words, as `{name}`, find the last line that this step prints. */
  readonly remember?: string;
}

/** What the demo does not remove. */
export const LEFT_BEHIND = "the image debian:bookworm and the build cache";

/** The image that the demo begins with. */
export const BASE = "debian:bookworm";
const UBUNTU = "strake-demo-ubuntu";
const FIGLET = "strake-demo-figlet";
const CONTAINER = "strake-demo";
const HELLO = "strake-demo-hello";

const INSTALL = `apt-get update
apt-get install -y --no-install-recommends figlet
figlet "hello docker"
`;

const PROGRAM = `const os = require("os");
console.log("hello from " + os.hostname());
`;

const DOCKERFILE = `FROM ${UBUNTU}
RUN apt-get update && apt-get install -y --no-install-recommends nodejs
COPY . /app
WORKDIR /app
CMD ["node", "index.js"]
`;

const LAYERS = "{{ json .RootFS.Layers }}";

/** The steps of the tutorial: an image made of a container that was changed, and one made from a Dockerfile. */
export function demoSteps(options: { readonly hasBase: boolean }): readonly DemoStep[] {
  return [...commitSteps(options), ...buildSteps()];
}

function commitSteps({ hasBase }: { readonly hasBase: boolean }): readonly DemoStep[] {
  const bootstrap: CommandStep = hasBase
    ? { note: "The base image is here already; it stays as it is.", words: ["image", "ls", BASE] }
    : {
        note: "Make a base image from the Debian archive. This takes a minute.",
        words: ["image", "bootstrap", BASE],
      };
  return [
    bootstrap,
    { note: "Give it a second name.", words: ["image", "tag", BASE, UBUNTU] },
    {
      note: "Run a shell in a container, install a program there and use it.",
      words: ["container", "run", "-i", "--name", CONTAINER, UBUNTU, "bash", "-ex"],
      input: INSTALL,
    },
    {
      note: "The container has stopped, but is still there.",
      words: ["container", "ls", "-a", "--filter", `name=${CONTAINER}`],
    },
    { note: "Make an image of it.", words: ["container", "commit", CONTAINER], remember: "image" },
    { note: "The new image has no name yet.", words: ["image", "ls"] },
    { note: "Give it one.", words: ["image", "tag", "{image}", FIGLET] },
    { note: "Now it is listed by name.", words: ["image", "ls", FIGLET] },
    {
      note: "Run a container of it: the program is there.",
      words: ["container", "run", "--rm", FIGLET, "figlet", "hello"],
    },
    { note: "How the image came about, layer by layer.", words: ["image", "history", FIGLET] },
    { note: "All that is known of the image.", words: ["image", "inspect", FIGLET] },
    {
      note: "Only its layers.",
      words: ["image", "inspect", "--format", LAYERS, FIGLET],
    },
  ];
}

function buildSteps(): readonly DemoStep[] {
  return [
    { note: "The same from a Dockerfile. First a program.", file: "index.js", text: PROGRAM },
    { note: "Then the steps that make its image.", file: "Dockerfile", text: DOCKERFILE },
    {
      note: "Build the image. The installation takes a minute.",
      words: ["image", "build", "-t", `${HELLO}:v0.1`, "."],
    },
    { note: "Run it.", words: ["container", "run", "--rm", `${HELLO}:v0.1`] },
    {
      note: "Change the program.",
      file: "index.js",
      text: 'console.log("this is v0.2");\n',
      append: true,
    },
    {
      note: "Build again: only what comes after the change is done anew.",
      words: ["image", "build", "-t", `${HELLO}:v0.2`, "."],
    },
    { note: "Why each step ran or did not.", words: ["builder", "why", `${HELLO}:v0.2`] },
    { note: "Run the new one.", words: ["container", "run", "--rm", `${HELLO}:v0.2`] },
    { note: "How it came about.", words: ["image", "history", `${HELLO}:v0.2`] },
    {
      note: "The two images share their lower layers.",
      words: ["image", "inspect", "--format", LAYERS, `${HELLO}:v0.1`],
    },
    {
      note: "Here are those of the second.",
      words: ["image", "inspect", "--format", LAYERS, `${HELLO}:v0.2`],
    },
  ];
}

/** What removes all that the steps made. */
export function cleanupSteps(): readonly (readonly string[])[] {
  return [
    ["container", "rm", "-f", CONTAINER],
    ["image", "rm", "-f", `${HELLO}:v0.1`],
    ["image", "rm", "-f", `${HELLO}:v0.2`],
    ["image", "rm", "-f", FIGLET],
    ["image", "rm", "-f", UBUNTU],
  ];
}
