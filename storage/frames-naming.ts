import { indexOfBytes } from "../native/byte-search";
import { decoder, encoder } from "../native/utf8";
import type { ReadSegment } from "./segments";
import { type Frame, type FrameWalk, frameAt } from "./wal-reader";

/**
 * The frames, in their order, that may hold an operation on one of these issues; with a few ids, or a record about one of them. They are found by searching the bytes of all frames at once, so
 * that nothing is made for any other: a tracker of some years has tens of thousands.
 */
export function framesNaming(segment: ReadSegment, ids: ReadonlySet<string>): readonly Frame[] {
  const { walk } = segment;
  const needles = ids.size > fewIds ? [] : [...ids].map((id) => encoder.encode(JSON.stringify(id)));
  if (walk === undefined) {
    const { frames } = segment;
    if (needles.length === 0) return frames;
    return frames.filter(({ payload }) => needles.some((needle) => indexOfBytes(payload, needle) !== -1));
  }
  const bytes = walk.bytes.subarray(0, walk.end.offset - walk.bytesStart);
  const marks = new FrameMarks(walk);
  if (needles.length === 0) markThoseOnAny(bytes, ids, marks);
  for (const needle of needles) markThoseWith(bytes, needle, marks);
  return marks.frames();
}

/** An issue's id stands in every operation on it, and in every record about it. */
function markThoseWith(bytes: Uint8Array, needle: Uint8Array, marks: FrameMarks): void {
  for (let at = indexOfBytes(bytes, needle); at !== -1; ) at = indexOfBytes(bytes, needle, marks.mark(at));
}

/** Whatever has an id is looked at once, however many ids are wanted. */
function markThoseOnAny(bytes: Uint8Array, ids: ReadonlySet<string>, marks: FrameMarks): void {
  for (let at = indexOfBytes(bytes, idKey); at !== -1; ) {
    const start = at + idKey.length;
    const end = bytes.indexOf(quoteByte, start);
    const id = decoder.decode(bytes.subarray(start, end));
    // With an escape in it, it may be one of them in another spelling.
    const next = ids.has(id) || id.includes("\\") ? marks.mark(at) : end;
    at = indexOfBytes(bytes, idKey, next);
  }
}

class FrameMarks {
  readonly #walk: FrameWalk;
  readonly #marked = new Set<number>();

  constructor(walk: FrameWalk) {
    this.#walk = walk;
  }

  /** Marks the frame that holds this byte; returns where it ends. */
  mark(at: number): number {
    const index = this.#walk.indexAt(at);
    this.#marked.add(index);
    return this.#walk.endOf(index);
  }

  frames(): Frame[] {
    const { bytes, bytesStart, starts } = this.#walk;
    const indexes = [...this.#marked].sort((left, right) => left - right);
    return indexes.map((index) => frameAt(bytes, starts[index] ?? 0, bytesStart));
  }
}

/** For each of so few all bytes are searched in less time than every id is looked at. */
const fewIds = 8;
const idKey = encoder.encode('"id":"');
const quoteByte = 0x22;
