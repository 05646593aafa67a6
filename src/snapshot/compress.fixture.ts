const through =
  (...argv: string[]) =>
  (bytes: Uint8Array): Uint8Array =>
    new Uint8Array(Bun.spawnSync(argv, { stdin: bytes }).stdout);

export const gzip = through("gzip", "-c");
export const zstd = through("zstd", "-qc");
export const xz = through("xz", "-c");
export const bzip2 = through("bzip2", "-c");
