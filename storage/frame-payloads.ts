import { decoder } from "../native/utf8";
import { frameHeaderLength, frameKind, frameKindOffset } from "./wal-format";
import type { FrameWalk } from "./wal-reader";

/**
 * What the payloads of all frames say, as JSON. Parsed at once that takes a third of the time. Undefined where each has to be read by itself: one is of
 * another kind, is no object, or all of them are long.
 */
export function parsePayloads(walk: FrameWalk): readonly unknown[] | undefined {
  const bytes = blankedPayloads(walk);
  return bytes && parseEach(markedText(bytes, walk, comma), walk.starts.length);
}

/** All payloads, with spaces in the place of the header of each. Undefined where each has to be read by itself. */
export function blankedPayloads(walk: FrameWalk): Uint8Array | undefined {
  const { starts, bytes } = walk;
  const first = starts[0] ?? 0;
  const end = walk.end.offset - walk.bytesStart;
  if (end - first > longestAtOnce) return undefined;
  const blanked = bytes.slice(first, end);
  for (let index = 0; index < starts.length; index += 1) {
    const at = (starts[index] ?? 0) - first;
    const payload = at + frameHeaderLength;
    const last = (starts[index + 1] ?? end) - first - 1;
    if (blanked[at + frameKindOffset] !== frameKind.transaction) return undefined;
    if (blanked[payload] !== openBrace || blanked[last] !== closeBrace) return undefined;
    blanked.fill(space, at, payload);
  }
  return blanked;
}

/** The same as a text, with that character at the beginning of each. */
export function markedText(blanked: Uint8Array, { starts }: FrameWalk, mark: number): string {
  const first = starts[0] ?? 0;
  for (const start of starts) blanked[start - first] = mark;
  return decoder.decode(blanked);
}

/** What stands behind each comma of a text that begins with one; undefined where that is not so many values. */
export function parseEach(text: string, count: number): readonly unknown[] | undefined {
  try {
    const values: unknown = JSON.parse(`[${text.slice(1)}]`);
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
