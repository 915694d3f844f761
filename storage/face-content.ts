import { appendAll } from "./buffered-file";
import { checksum } from "./checksum";
import type { OpenFile } from "./file-system";

/**
 * The checksum of a face: XXH64 of its first block, which seeds that of the second, and so on. So a face of any size is read, checked and written through memory of the
 * size of a block; fresh memory costs more than what is done with it.
 */
export function contentChecksum(bytes: Uint8Array): bigint {
  let sum = 0n;
  let at = 0;
  do {
    sum = checksum(bytes.subarray(at, at + contentBlockLength), sum);
    at += contentBlockLength;
  } while (at < bytes.length);
  return sum;
}

export const contentBlockLength = 1 << 18;

/** Writes a file that is not published yet. */
export class ContentWriter {
  readonly #file: OpenFile;
  readonly #block = new Uint8Array(contentBlockLength);
  #used = 0;
  #sum = 0n;
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

  /** Writes what is left. Returns the checksum of it all. */
  finish(): bigint {
    if (this.#used > 0 || this.length === 0) this.#flush();
    return this.#sum;
  }

  #flush(): void {
    const block = this.#block.subarray(0, this.#used);
    appendAll(this.#file, block);
    this.#sum = checksum(block, this.#sum);
    this.#used = 0;
  }
}

/** The same of a content that comes block by block; the last one may be shorter, or empty. */
export class ContentSum {
  #sum = 0n;
  #isBegun = false;

  add(block: Uint8Array): void {
    if (block.length === 0 && this.#isBegun) return;
    this.#sum = checksum(block, this.#sum);
    this.#isBegun = true;
  }

  /** Of what was added so far. */
  get sum(): bigint {
    return this.#isBegun ? this.#sum : contentChecksum(new Uint8Array(0));
  }
}

/** Reads a file from its start, in pieces that are valid until the next one is asked for. */
export class ContentReader {
  readonly #file: OpenFile;
  readonly #block = new Uint8Array(contentBlockLength);
  readonly #sum = new ContentSum();
  #offset = 0;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  /** Of what was read so far. */
  get sum(): bigint {
    return this.#sum.sum;
  }

  /** The next block; an empty one where the file ends. */
  next(): Uint8Array {
    const length = this.#file.readInto(this.#offset, this.#block);
    const block = this.#block.subarray(0, length);
    this.#sum.add(block);
    this.#offset += length;
    return block;
  }
}
