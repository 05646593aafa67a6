import { expect, test } from "bun:test";
import { type TarKind, TarWriter } from "../archive/index.ts";
import { createStreamInput } from "./byte-input.ts";
import { type OuterEntry, walkOuterTar } from "./outer-tar.ts";

function tarOf(entries: readonly (readonly [kind: TarKind, path: string, content: string])[]): Buffer {
  const parts: Uint8Array[] = [];
  const writer = new TarWriter((bytes) => parts.push(Uint8Array.from(bytes)));
  for (const [kind, path, content] of entries) {
    const size = kind === "file" ? content.length : 0;
    const rest = { mode: 0o644, uid: 0, gid: 0, mtimeSeconds: 0, deviceMajor: 0, deviceMinor: 0, xattrs: [] };
    writer.entry({ kind, path, linkPath: kind === "file" ? "" : content, size, ...rest });
    if (kind === "file") writer.content(Buffer.from(content));
  }
  writer.end();
  return Buffer.concat(parts);
}

async function walk(bytes: Buffer, chunk = 100): Promise<Omit<OuterEntry, "size">[]> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  const found: Omit<OuterEntry, "size">[] = [];
  await walkOuterTar(createStreamInput(chunks()), async ({ kind, path, target }) => {
    found.push({ kind, path, target });
  });
  return found;
}

test("members are named in their shortest form, whatever their dialect and the size of the chunks", async () => {
  const long = `${"d".repeat(120)}/${"f".repeat(120)}`;
  const entries = await walk(
    tarOf([
      ["file", "./manifest.json", "[]"],
      ["file", long, "x".repeat(1000)],
      ["symlink", "a/layer.tar", "../b/layer.tar"],
      ["hardlink", "c", "b/layer.tar"],
    ]),
    777,
  );
  expect(entries).toEqual([
    { kind: "file", path: "manifest.json", target: "" },
    { kind: "file", path: long, target: "" },
    { kind: "link", path: "a/layer.tar", target: "b/layer.tar" },
    { kind: "link", path: "c", target: "b/layer.tar" },
  ]);
});

test("names and links that lead outside are refused", async () => {
  for (const entry of [
    ["file", "../x", "y"],
    ["file", "a/../../x", "y"],
    ["symlink", "a", "../x"],
    ["symlink", "a/b", "../../x"],
  ] as const) {
    await expect(walk(tarOf([entry]))).rejects.toMatchObject({ kind: "invalidArgument" });
  }
});

test("an archive that is cut off, or is none, is refused", async () => {
  const whole = tarOf([["file", "a", "x".repeat(2000)]]);
  await expect(walk(whole.subarray(0, 1500))).rejects.toThrow("unexpected EOF");
  await expect(walk(whole.subarray(0, 100))).rejects.toThrow("unexpected EOF");
  await expect(walk(Buffer.alloc(2048, 65))).rejects.toMatchObject({ kind: "invalidArgument" });
});
