/**
 * Puts the terminal of stdin into raw mode and returns what restores it; calling that twice does no harm.
 * `stty` also leaves the output untouched, which `setRawMode` of the runtime does not.
 */
export function enterRawMode(): () => void {
  const saved = stty(["-g"]).trim();
  stty(["raw", "-echo"]);
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
