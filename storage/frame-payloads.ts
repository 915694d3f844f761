import { decoder } from "../native/utf8";
import { dataViewOf } from "./byte-layout";
import { frameHeaderLength, frameKind, frameKindOffset, frameLengthOffset } from "./wal-format";
import type { FrameWalk } from "./wal-reader";

/**
 * What the payloads of all frames say, as JSON. Parsed at once that takes a third of the time. Undefined where each has to be read by itself: one is of
 * another kind, is no object, or all of them are long.
 */
export function parsePayloads(walk: FrameWalk): readonly unknown[] | undefined {
  const text = markedPayloads(walk, comma);
  return text === undefined ? undefined : parseEach(text, walk.starts.length);
}

/**
 * All payloads as a text, with spaces in the place of the header of each, and among these that character where its kind stood. Undefined where each has to be read by itself; with a comma also where
 * one is no object.
 */
export function markedPayloads(walk: FrameWalk, mark: number): string | undefined {
  const { bytes, bytesStart, from, isOnlyRead, knownStarts: known } = walk;
  const first = from.offset - bytesStart;
  const end = walk.end.offset - bytesStart;
  if (end - first > longestAtOnce) return undefined;
  // With its kind and its payload, a frame can still be read.
  const isKept = isOnlyRead && mark === frameKind.transaction;
  const marked = isKept ? bytes.subarray(first, end) : bytes.slice(first, end);
  const { length } = marked;
  const view = dataViewOf(marked);
  const starts: number[] = [];
  let isUsual = true;
  for (let at = 0; at < length; ) {
    const payload = at + frameHeaderLength;
    const next =
      known === undefined
        ? payload + view.getUint32(at + frameLengthOffset, true)
        : (known[starts.length + 1] ?? end) - first;
    if (marked[at + frameKindOffset] !== frameKind.transaction) isUsual = false;
    else if (mark === comma && (marked[payload] !== openBrace || marked[next - 1] !== closeBrace))
      return undefined;
    else {
      marked.fill(space, at, payload);
      marked[at + frameKindOffset] = mark;
    }
    starts.push(first + at);
    at = next;
  }
  // Where the headers are written over, nobody finds them any more.
  if (known === undefined) walk.keepStarts(starts);
  return isUsual ? decoder.decode(marked) : undefined;
}

/** What stands behind each comma of a text that begins with one behind some spaces; undefined where that is not so many values. */
export function parseEach(text: string, count: number): readonly unknown[] | undefined {
  try {
    const values: unknown = JSON.parse(`[${text.slice(frameKindOffset + 1)}]`);
    return Array.isArray(values) && values.length === count ? values : undefined;
  } catch {
    // Read by itself, the one that is no JSON is named.
    return undefined;
  }
}

const comma = ",".charCodeAt(0);
const openBrace = "{".charCodeAt(0);
const closeBrace = "}".charCodeAt(0);
const space = " ".charCodeAt(0);
/** In bytes: it takes a copy of them. */
const longestAtOnce = 1 << 22;
