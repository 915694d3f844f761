import { compareIds } from "../model/issue-id";
import { parseIssue } from "../model/issue-json";
import { quickIdOf } from "./face-lines";
import type { OpenFile } from "./file-system";

/** Where lines stand that are compared with those of a face: in the order of their ids, each with a line feed behind it. */
export interface StoredLines {
  readonly file: OpenFile;
  readonly offset: number;
  readonly length: number;
}

/** A part of a face: one line, without its line feed. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The lines of a face that are not stored in just these bytes, and perhaps some that are: where the face is in another order, or has lines that are no issues. What is the same on both
 * sides is compared in stretches of many lines, and not even cut into these.
 */
export function* differingLines(face: Uint8Array, stored: StoredLines): Generator<LineRange> {
  const window = new StoredWindow(stored);
  let at = 0;
  while (at < face.length) {
    const same = sameLines(face.subarray(at), window.rest());
    if (same > 0) {
      at += same;
      window.skip(same);
      continue;
    }
    const lineFeed = face.indexOf(lineFeedByte, at);
    const end = lineFeed === -1 ? face.length : lineFeed;
    const order = orderOf(face.subarray(at, end), window.line());
    if (order <= 0) {
      yield { start: at, end };
      at = end + 1;
    }
    if (order >= 0) window.skipLine();
  }
}

/** How many bytes of whole lines both begin with; 0 where the first lines differ. */
function sameLines(face: Uint8Array, stored: Uint8Array): number {
  const firstEnd = stored.indexOf(lineFeedByte) + 1;
  if (firstEnd === 0 || !isSame(face, stored, 0, firstEnd)) return 0;
  let same = firstEnd;
  let different = Math.min(face.length, stored.length) + 1;
  // Most often all of it is the same.
  if (isSame(face, stored, same, different - 1)) same = different - 1;
  while (different - same > 1) {
    const middle = (same + different) >> 1;
    if (isSame(face, stored, same, middle)) same = middle;
    else different = middle;
  }
  return stored.lastIndexOf(lineFeedByte, same - 1) + 1;
}

function isSame(one: Uint8Array, other: Uint8Array, from: number, to: number): boolean {
  return to <= one.length && Buffer.compare(one.subarray(from, to), other.subarray(from, to)) === 0;
}

/** Below 0 where the line of the face comes first, or may be anything; above it where the stored one does. */
function orderOf(line: Uint8Array, stored: Uint8Array): number {
  const id = quickIdOf(line);
  if (id === undefined || stored.length === 0) return -1;
  return compareIds(id, quickIdOf(stored) ?? parseIssue(decoder.decode(stored)).id);
}

/** A part of the stored lines in memory, from the beginning of a line on. */
class StoredWindow {
  readonly #stored: StoredLines;
  #memory = new Uint8Array(1 << 18);
  /** Of the memory, and of the lines. */
  #start = 0;
  #end = 0;
  #read = 0;

  constructor(stored: StoredLines) {
    this.#stored = stored;
  }

  /** Whole lines, as many as there is room for; empty behind the last one. */
  rest(): Uint8Array {
    if (this.#start === this.#end) this.#fill();
    return this.#memory.subarray(this.#start, this.#end);
  }

  /** The first of them. */
  line(): Uint8Array {
    const rest = this.rest();
    return rest.subarray(0, Math.max(0, rest.indexOf(lineFeedByte)));
  }

  skip(length: number): void {
    this.#start += length;
  }

  skipLine(): void {
    const lineFeed = this.rest().indexOf(lineFeedByte);
    if (lineFeed !== -1) this.skip(lineFeed + 1);
  }

  #fill(): void {
    const { file, offset, length } = this.#stored;
    for (;;) {
      const left = Math.min(this.#memory.length, length - this.#read);
      const bytes = this.#memory.subarray(
        0,
        file.readInto(offset + this.#read, this.#memory.subarray(0, left)),
      );
      const end = bytes.lastIndexOf(lineFeedByte) + 1;
      this.#start = 0;
      this.#end = end;
      this.#read += end;
      if (end > 0 || bytes.length < this.#memory.length) return;
      this.#memory = new Uint8Array(8 * this.#memory.length);
    }
  }
}

const lineFeedByte = 0x0a;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
