/** One step of the demo. */
export interface DemoStep {
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
export const LEFT_BEHIND = "the image debian:bookworm";

/** The image that the demo begins with. */
export const BASE = "debian:bookworm";
const UBUNTU = "strake-demo-ubuntu";
const FIGLET = "strake-demo-figlet";
const CONTAINER = "strake-demo";

const INSTALL = `apt-get update
apt-get install -y --no-install-recommends figlet
figlet "hello docker"
`;

/** The steps of the tutorial: a base image, a container that is changed, an image made of it, and what is in there. */
export function demoSteps({ hasBase }: { readonly hasBase: boolean }): readonly DemoStep[] {
  const bootstrap: DemoStep = hasBase
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
      words: ["image", "inspect", "--format", "{{ json .RootFS.Layers }}", FIGLET],
    },
  ];
}

/** What removes all that the steps made. */
export function cleanupSteps(): readonly (readonly string[])[] {
  return [
    ["container", "rm", "-f", CONTAINER],
    ["image", "rm", "-f", FIGLET],
    ["image", "rm", "-f", UBUNTU],
  ];
}
