import { blockEntry, blockSum, joined } from "./block-table";
import { appendAll } from "./buffered-file";
import type { OpenFile } from "./file-system";

/**
 * What a face is known by: of each of its blocks the length, XXH3 and the first bytes, and XXH3 of all of this. So a face of any size is read, checked and written through memory of the size
 * of a block (fresh memory costs more than what is done with it), and where it has changed, which blocks of it have. It tells contents apart, and is no protection against forgery.
 */
export interface ContentSums {
  /** An entry each; see `BlockTable`. */
  readonly blocks: Uint8Array;
  readonly checksum: bigint;
}

export function sumsOf(blocks: Uint8Array): ContentSums {
  return { blocks, checksum: blockSum(blocks) };
}

/** The sums of a content that is in memory. */
export function contentSums(bytes: Uint8Array): ContentSums {
  const content = new ContentSum();
  for (let at = 0; at < bytes.length; at += contentBlockLength)
    content.add(bytes.subarray(at, at + contentBlockLength));
  return content.sums;
}

export const contentBlockLength = 1 << 18;

/** Writes a file that is not published yet. */
export class ContentWriter {
  readonly #file: OpenFile;
  readonly #block = new Uint8Array(contentBlockLength);
  readonly #content = new ContentSum();
  #used = 0;
  /** Bytes given so far. */
  length = 0;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  write(bytes: Uint8Array): void {
    this.length += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      if (this.#used === contentBlockLength) this.#flush();
      const piece = bytes.subarray(at, at + contentBlockLength - this.#used);
      this.#block.set(piece, this.#used);
      this.#used += piece.length;
      at += piece.length;
    }
  }

  /** Writes what is left. Returns the sums of it all. */
  finish(): ContentSums {
    if (this.#used > 0) this.#flush();
    return this.#content.sums;
  }

  #flush(): void {
    const block = this.#block.subarray(0, this.#used);
    appendAll(this.#file, block);
    this.#content.add(block);
    this.#used = 0;
  }
}

/** The sums of a content that comes block by block. */
export class ContentSum {
  readonly #entries: Uint8Array[] = [];

  add(block: Uint8Array): void {
    if (block.length > 0) this.#entries.push(blockEntry(block));
  }

  /** Of what was added so far. */
  get sums(): ContentSums {
    return sumsOf(joined(this.#entries));
  }
}

/** Reads a file from its start, in pieces that are valid until the next one is asked for. */
export class ContentReader {
  readonly #file: OpenFile;
  readonly #block = new Uint8Array(contentBlockLength);
  readonly #content = new ContentSum();
  #offset = 0;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  /** Of what was read so far. */
  get sums(): ContentSums {
    return this.#content.sums;
  }

  /** The next block; an empty one where the file ends. */
  next(): Uint8Array {
    const length = this.#file.readInto(this.#offset, this.#block);
    const block = this.#block.subarray(0, length);
    this.#content.add(block);
    this.#offset += length;
    return block;
  }
}
