/**
 * Puts the terminal of stdin into raw mode and returns what restores it; calling that twice does no harm.
 * `stty` also leaves the output untouched, which `setRawMode` of the runtime does not.
 */
export function enterRawMode(): () => void {
  return setTerminal(["raw", "-echo"]);
}

/** Keeps what is typed from being shown, until the returned function is called. */
export function hideInput(): () => void {
  return setTerminal(["-echo"]);
}

function setTerminal(settings: readonly string[]): () => void {
  const saved = stty(["-g"]).trim();
  stty(settings);
  let raw = true;
  const restore = () => {
    if (!raw) return;
    raw = false;
    process.off("exit", restore);
    stty([saved]);
  };
  process.on("exit", restore);
  return restore;
}

function stty(settings: readonly string[]): string {
  const { stdout } = Bun.spawnSync(["stty", ...settings], { stdin: "inherit", stderr: "ignore" });
  return stdout.toString();
}
