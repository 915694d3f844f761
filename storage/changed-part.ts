import { indexOfBytes } from "../native/byte-search";
import { type BlockTable, blockEntry, joined } from "./block-table";
import { contentBlockLength } from "./face-content";
import type { OpenFile } from "./file-system";
import { lineFeedByte } from "./line-window";
import { ReadWindow } from "./read-window";

interface Limits {
  readonly blockLength: number;
  readonly partLimit: number;
}

export interface Comparing {
  /** Of the file when it was opened. */
  readonly size: number;
  /** What was signed. */
  readonly signed: BlockTable;
  /** Whether the file as it is now is to be signed. */
  readonly isSummed: boolean;
  /** Given the lines of each part that may be other than what was signed, and perhaps some around them; valid until it returns. */
  readonly onLines: (lines: Uint8Array) => void;
  readonly limits?: Limits;
}

/**
 * Finds what somebody has changed in a file since it was signed, which is read once for that: block after block of what was signed is looked for where it should stand by now, and
 * behind a change where it begins as it did. So each change is found by itself, and what was only moved is none.
 *
 * What is signed in the end was found to be the same, or is among the lines, in the very reading that it was summed in.
 *
 * @returns the blocks of the whole file, none where they are not wanted; undefined where the changes cannot be told like this: there is too much of them in one place, or
 * somebody is writing to the file
 */
export function findChangedParts(
  file: Pick<OpenFile, "readInto">,
  { size, signed, isSummed, onLines, limits = usualLimits }: Comparing,
): { readonly blocks: Uint8Array | undefined } | undefined {
  const entries: Uint8Array[] = [];
  const onBlock = (block: Uint8Array): unknown => isSummed && entries.push(blockEntry(block));
  const window = new ReadWindow(file, size, limits.blockLength, onBlock);
  const comparison = new Comparison(file, size, signed, window, limits);
  return comparison.run(onLines) ? { blocks: isSummed ? joined(entries) : undefined } : undefined;
}

/** Where the comparison is: this block of what was signed should begin here. */
interface Place {
  readonly block: number;
  readonly offset: number;
}

class Comparison {
  readonly #file: Pick<OpenFile, "readInto">;
  readonly #size: number;
  readonly #signed: BlockTable;
  readonly #window: ReadWindow;
  readonly #limits: Limits;
  /** From here on everything seems to be what it was; undefined before anybody has looked. */
  #tail: Place | undefined;

  constructor(
    file: Pick<OpenFile, "readInto">,
    size: number,
    signed: BlockTable,
    window: ReadWindow,
    limits: Limits,
  ) {
    this.#file = file;
    this.#size = size;
    this.#signed = signed;
    this.#window = window;
    this.#limits = limits;
  }

  /** Whether that could be told. */
  run(onLines: (lines: Uint8Array) => void): boolean {
    for (let place: Place | undefined = { block: 0, offset: 0 }; place !== undefined; ) {
      place = this.#behindSame(place);
      if (place.block === this.#signed.count && place.offset === this.#size) return true;
      place = this.#behindChange(place, onLines);
    }
    return false;
  }

  #behindSame({ block, offset }: Place): Place {
    let at = block;
    let end = offset;
    while (at < this.#signed.count && this.#isSameAt(at, end)) end += this.#signed.length(at++);
    return { block: at, offset: end };
  }

  #isSameAt(block: number, offset: number): boolean {
    const length = this.#signed.length(block);
    if (offset + length > this.#size) return false;
    const bytes = this.#window.at(offset, length);
    return bytes.length === length && this.#signed.isBlock(block, bytes);
  }

  /** Tells the lines from here to the next block that is what it was; returns that place. */
  #behindChange(from: Place, onLines: (lines: Uint8Array) => void): Place | undefined {
    const start = this.#window.keepLineOf(from.offset);
    if (start === undefined) return undefined;
    let place = from;
    for (let isSame = false; !isSame; ) {
      ({ place, isSame } = this.#nextSame(place));
      if (place.offset - from.offset > this.#limits.partLimit) return undefined;
    }
    const end = this.#lineEnd(place);
    const lines = end === undefined ? undefined : this.#window.at(start, end - start);
    if (end === undefined || lines?.length !== end - start) return undefined;
    onLines(lines);
    this.#window.keepLast();
    return place;
  }

  /** The next block that is what it was; else one that begins so, or the same one further on. */
  #nextSame({ block, offset }: Place): { readonly place: Place; readonly isSame: boolean } {
    const ahead = Math.min(this.#size - offset, blocksAhead * this.#limits.blockLength);
    const end = Math.min(this.#signed.count, block + 1 + blocksAhead);
    let likely: Place | undefined;
    for (let next = block + 1; next < end; next += 1) {
      for (let at = -1, tries = 0; tries < mostTries; tries += 1) {
        at = indexOfBytes(this.#window.at(offset, ahead), this.#signed.head(next), at + 1);
        if (at === -1) break;
        const place = { block: next, offset: offset + at };
        if (this.#isSameAt(next, place.offset)) return { place, isSame: true };
        likely ??= place;
      }
    }
    if (likely !== undefined) return { place: likely, isSame: false };
    this.#tail ??= this.#findTail({ block, offset });
    const target =
      this.#tail.offset < offset ? { block: this.#signed.count, offset: this.#size } : this.#tail;
    if (target.offset - offset <= ahead) return { place: target, isSame: true };
    return { place: { block, offset: offset + this.#limits.blockLength }, isSame: false };
  }

  /** Looks from the end of the file, as many bytes further on as that has grown. What it finds is looked at again on the way there. */
  #findTail(from: Place): Place {
    let block = this.#signed.count;
    let offset = this.#size;
    const memory = new Uint8Array(this.#limits.blockLength);
    while (block > from.block) {
      const length = this.#signed.length(block - 1);
      const bytes = memory.subarray(0, length);
      if (offset - length < from.offset || this.#file.readInto(offset - length, bytes) < length) break;
      if (!this.#signed.isBlock(block - 1, bytes)) break;
      block -= 1;
      offset -= length;
    }
    return { block, offset };
  }

  /** Where the line ends that goes on at a block which is what it was; undefined where that is behind the block. */
  #lineEnd({ block, offset }: Place): number | undefined {
    const length = block < this.#signed.count ? this.#signed.length(block) : 0;
    // That of the tail nobody has looked at in this reading.
    if (length > 0 && !this.#isSameAt(block, offset)) return undefined;
    const bytes = this.#window.at(offset, length);
    const lineFeed = bytes.indexOf(lineFeedByte);
    if (lineFeed !== -1) return offset + lineFeed + 1;
    return offset + bytes.length === this.#size ? this.#size : undefined;
  }
}

/** So many are looked for behind a change. */
const blocksAhead = 4;
/** Places that one may begin at. */
const mostTries = 4;

/** Reading more than this at once takes more than comparing it piece by piece. */
const usualLimits: Limits = { blockLength: contentBlockLength, partLimit: 16 * 1024 * 1024 };
