/**
 * Bytes held in a string, one byte a character (code units 0 to 255, "latin1").
 * Names in archives and on Linux file systems are bytes, not text: this form keeps every byte,
 * is cheap as a map key, and compares in byte order.
 */
export type ByteString = string;

/** A blocking stream of bytes. `read` fills the start of `buffer` and says how much; 0 means the end. */
export interface ByteSource {
  read(buffer: Uint8Array): number;
}

/** Takes bytes in order. The view is only valid during the call. */
export type ByteSink = (bytes: Uint8Array) => void;

/** A source over bytes in memory. */
export function createByteSource(bytes: Uint8Array): ByteSource {
  let at = 0;
  return {
    read(buffer) {
      const part = bytes.subarray(at, at + buffer.length);
      buffer.set(part);
      at += part.length;
      return part.length;
    },
  };
}

/** The bytes of text in UTF-8. */
export function toByteString(text: string): ByteString {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Bytes as text for people: UTF-8, with U+FFFD for what is none. */
export function toText(bytes: ByteString): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
