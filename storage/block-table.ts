/** XXH3 (64 bits): a third of the time of XXH64 over blocks of the length that faces have. */
export const blockSum: (block: Uint8Array) => bigint = Bun.hash.xxHash3;

/**
 * The blocks of a content, one behind the other, as they are kept: an entry each of
 *
 *    0  u64 XXH3 of the block     8  u32 its length, which is that of a block at most
 *   12  the bytes that it begins with, zeros behind the end of a shorter one
 */
export class BlockTable {
  readonly entries: Uint8Array;
  readonly count: number;
  readonly #view: DataView;

  constructor(entries: Uint8Array) {
    this.entries = entries;
    this.count = Math.floor(entries.length / blockEntryLength);
    this.#view = new DataView(entries.buffer, entries.byteOffset, entries.length);
  }

  length(index: number): number {
    return this.#view.getUint32(index * blockEntryLength + 8, true);
  }

  isBlock(index: number, bytes: Uint8Array): boolean {
    return blockSum(bytes) === this.#view.getBigUint64(index * blockEntryLength, true);
  }

  /** What it begins with. */
  head(index: number): Uint8Array {
    const start = index * blockEntryLength + 12;
    return this.entries.subarray(start, start + Math.min(headLength, this.length(index)));
  }
}

export function blockEntry(block: Uint8Array): Uint8Array {
  const entry = new Uint8Array(blockEntryLength);
  const view = new DataView(entry.buffer);
  view.setBigUint64(0, blockSum(block), true);
  view.setUint32(8, block.length, true);
  entry.set(block.subarray(0, headLength), 12);
  return entry;
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Enough to be found again where a change before it has moved a block. */
const headLength = 36;
export const blockEntryLength: number = 12 + headLength;
