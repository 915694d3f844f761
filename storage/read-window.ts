import type { OpenFile } from "./file-system";
import { lineFeedByte } from "./line-window";

/** Reads a file from its start, block by block and each byte once, and keeps what was read last: some blocks, and the line that they begin in. */
export class ReadWindow {
  readonly #file: Pick<OpenFile, "readInto">;
  readonly #size: number;
  readonly #blockLength: number;
  readonly #onBlock: (block: Uint8Array) => void;
  #memory: Uint8Array;
  /** Of the file: where the memory begins. */
  #start = 0;
  #filled = 0;
  #keptFrom: number | undefined;

  /** @param onBlock is given each block once it is read; the last one may be shorter */
  constructor(
    file: Pick<OpenFile, "readInto">,
    size: number,
    blockLength: number,
    onBlock: (block: Uint8Array) => void,
  ) {
    this.#file = file;
    this.#size = size;
    this.#blockLength = blockLength;
    this.#onBlock = onBlock;
    this.#memory = new Uint8Array(windowBlocks * blockLength);
  }

  /** Up to so many bytes, fewer where the file ends, none where they are not kept any more; valid until the next question. */
  at(offset: number, length: number): Uint8Array {
    if (offset < this.#start) return nothing;
    const end = Math.min(offset + length, this.#size);
    while (this.#start + this.#filled < end) if (!this.#readBlock(offset)) break;
    return this.#memory.subarray(offset - this.#start, Math.min(end - this.#start, this.#filled));
  }

  /** From now on everything is kept from the beginning of the line on that this place is in. Where that is; undefined where it is not kept any more. */
  keepLineOf(offset: number): number | undefined {
    const lineFeed = this.#lineFeedBefore(offset);
    if (lineFeed === -1 && this.#start > 0) return undefined;
    this.#keptFrom = this.#start + lineFeed + 1;
    return this.#keptFrom;
  }

  /** From now on again what was read last. */
  keepLast(): void {
    this.#keptFrom = undefined;
  }

  #lineFeedBefore(offset: number): number {
    return this.#memory.subarray(0, Math.min(offset - this.#start, this.#filled)).lastIndexOf(lineFeedByte);
  }

  /** False where the file ends sooner than it did. */
  #readBlock(needed: number): boolean {
    const position = this.#start + this.#filled;
    const wanted = Math.min(this.#blockLength, this.#size - position);
    if (this.#filled + wanted > this.#memory.length) this.#makeRoom(needed, wanted);
    const block = this.#memory.subarray(this.#filled, this.#filled + wanted);
    if (this.#file.readInto(position, block) < wanted) return false;
    this.#filled += wanted;
    this.#onBlock(block);
    return true;
  }

  /** What stands from `needed` on is kept, and the line that it begins in, with the line feed before it. */
  #makeRoom(needed: number, wanted: number): void {
    const lineFeed = this.#lineFeedBefore(needed);
    const last = lineFeed === -1 ? needed - this.#start : lineFeed;
    const first = this.#keptFrom === undefined ? last : Math.min(last, this.#keptFrom - this.#start);
    // So that bytes lie as far into a page here as there: copied otherwise, they can take ten times as long, where what is read seems to the processor to wait for what was just written.
    const from = first - (first % Math.min(pageLength, this.#blockLength));
    const kept = this.#memory.subarray(from, this.#filled);
    if (kept.length + wanted > this.#memory.length) {
      const memory = new Uint8Array(2 * this.#memory.length);
      memory.set(kept);
      this.#memory = memory;
    } else this.#memory.copyWithin(0, from, this.#filled);
    this.#filled -= from;
    this.#start += from;
  }
}

/** Of which some are looked ahead for. */
const windowBlocks = 8;
const pageLength = 4096;
const nothing = new Uint8Array(0);
