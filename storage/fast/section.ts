import { wordsOf } from "../byte-layout";
import { blockLength } from "../snapshot-sections";
import { type Level, type OpenSection, readBlock } from "./level";

/** A section of a level as `Section` is one of a snapshot: of what is asked for, and of nothing else, the blocks are read and verified, once. */
export class FastSection {
  readonly length: number;
  readonly #file: number;
  readonly #section: OpenSection;
  readonly #blocks: (Uint8Array | undefined)[] = [];

  constructor({ file }: Level, section: OpenSection) {
    this.length = section.length;
    this.#file = file;
    this.#section = section;
  }

  /** Fewer bytes than `length` only where the section ends. */
  read(offset: number, length: number): Uint8Array {
    const end = Math.min(offset + length, this.length);
    const first = Math.floor(offset / blockLength);
    const start = first * blockLength;
    if (end <= start + blockLength) return this.#block(first).subarray(offset - start, end - start);
    const bytes = new Uint8Array(end - offset);
    for (let at = offset; at < end; ) {
      const index = Math.floor(at / blockLength);
      const block = this.#block(index).subarray(at - index * blockLength, end - index * blockLength);
      bytes.set(block, at - offset);
      at += block.length;
    }
    return bytes;
  }

  readUint32s(offset: number, count: number): Uint32Array {
    return wordsOf(this.read(offset, 4 * count));
  }

  #block(index: number): Uint8Array {
    const block = this.#blocks[index] ?? readBlock(this.#file, this.#section, index);
    this.#blocks[index] = block;
    return block;
  }
}
