import { contentBlockLength } from "./face-content";
import type { OpenFile } from "./file-system";

/** Where lines stand in a file. */
export interface LinePlace {
  readonly file: Pick<OpenFile, "readInto">;
  readonly offset: number;
  /** Infinity: to the end of the file. */
  readonly length: number;
}

/** Without its line feed. */
export interface RawLine {
  readonly bytes: Uint8Array;
  /** Only a last line may have no line feed behind it. */
  readonly isTerminated: boolean;
}

/**
 * Lines in a file from the first one on, through memory that is used again for those behind them: fresh memory costs more than what is done with it. What is returned is valid
 * until the next question behind a `skip`.
 */
export class LineWindow {
  readonly #file: LinePlace["file"];
  readonly #end: number;
  readonly #onBlock: (block: Uint8Array) => void;
  #offset: number;
  /** Of the part of a line that the last block ends with, and of the next block. */
  #memory: Uint8Array;
  /** In the memory: of what is left, of its whole lines, of all that was read. */
  #start = 0;
  #linesEnd = 0;
  #filled = 0;
  #isOver = false;

  /**
   * @param onBlock is given everything that is read, in blocks of the length that a content is summed in
   * @param memory to begin with
   */
  constructor(
    { file, offset, length }: LinePlace,
    {
      onBlock = () => {},
      memory = newLineMemory(),
    }: { onBlock?: (block: Uint8Array) => void; memory?: Uint8Array } = {},
  ) {
    this.#file = file;
    this.#offset = offset;
    this.#end = offset + length;
    this.#onBlock = onBlock;
    this.#memory = memory;
  }

  /** Whole lines, as many as are in memory; empty where there are none any more. */
  rest(): Uint8Array {
    if (this.#start === this.#linesEnd) this.#fill();
    return this.#memory.subarray(this.#start, this.#linesEnd);
  }

  /** The next line; undefined behind the last one. */
  line(): RawLine | undefined {
    const rest = this.rest();
    if (rest.length > 0) return { bytes: rest.subarray(0, rest.indexOf(lineFeedByte)), isTerminated: true };
    if (this.#filled === this.#start) return undefined;
    return { bytes: this.#memory.subarray(this.#start, this.#filled), isTerminated: false };
  }

  /** Some of `rest`. */
  skip(length: number): void {
    this.#start += length;
  }

  skipLine(): void {
    const rest = this.rest();
    if (rest.length > 0) this.skip(rest.indexOf(lineFeedByte) + 1);
    else {
      this.#start = this.#filled;
      this.#linesEnd = this.#filled;
    }
  }

  #fill(): void {
    this.#memory.copyWithin(0, this.#start, this.#filled);
    this.#filled -= this.#start;
    this.#start = 0;
    this.#linesEnd = 0;
    while (!this.#isOver && this.#linesEnd === 0) {
      const block = this.#readBlock();
      const lineFeed = block.lastIndexOf(lineFeedByte);
      if (lineFeed !== -1) this.#linesEnd = this.#filled + lineFeed + 1;
      this.#filled += block.length;
    }
  }

  #readBlock(): Uint8Array {
    if (this.#filled + contentBlockLength > this.#memory.length) {
      const memory = new Uint8Array(2 * this.#memory.length);
      memory.set(this.#memory.subarray(0, this.#filled));
      this.#memory = memory;
    }
    const wanted = Math.min(contentBlockLength, this.#end - this.#offset);
    const length = this.#file.readInto(
      this.#offset,
      this.#memory.subarray(this.#filled, this.#filled + wanted),
    );
    this.#offset += length;
    this.#isOver = length < contentBlockLength;
    const block = this.#memory.subarray(this.#filled, this.#filled + length);
    this.#onBlock(block);
    return block;
  }
}

/** Of a window. */
export function newLineMemory(): Uint8Array {
  return new Uint8Array(2 * contentBlockLength);
}

export const lineFeedByte = 0x0a;
