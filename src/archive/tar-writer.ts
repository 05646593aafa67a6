import type { ByteSink } from "./byte-source.ts";
import { entryError } from "./errors.ts";
import { formatSparseMap } from "./sparse-writer.ts";
import { bytesOf, formatTarHeader, type TarHeader, tarPadding, tarTrailer } from "./tar-header.ts";

/**
 * Writes a tar stream to a sink. The bytes depend on the entries and their order only, so whoever
 * sorts the entries gets the same digest for the same tree.
 */
export class TarWriter {
  readonly #sink: ByteSink;
  #path = "";
  #size = 0;
  #left = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** Begins an entry; a file's content (of a sparse one its segments, joined) follows with {@link content}. */
  entry(header: TarHeader): void {
    this.#endEntry();
    this.#sink(formatTarHeader(header));
    this.#path = header.path;
    this.#size = bytesOf(header);
    this.#left = this.#size;
    if (header.segments !== undefined) this.content(formatSparseMap(header.segments, header.size));
  }

  /** The next bytes of the current file. Throws when they are more than its header says. */
  content(bytes: Uint8Array): void {
    if (bytes.length > this.#left) throw entryError(this.#path, "write too long");
    this.#left -= bytes.length;
    this.#sink(bytes);
  }

  /** Ends the archive; nothing can be written after. */
  end(): void {
    this.#endEntry();
    this.#sink(tarTrailer());
  }

  #endEntry(): void {
    if (this.#left > 0) throw entryError(this.#path, "missed writing bytes of the content");
    const padding = tarPadding(this.#size);
    if (padding.length > 0) this.#sink(padding);
    this.#size = 0;
  }
}
