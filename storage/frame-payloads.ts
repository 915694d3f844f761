import { decoder } from "../native/utf8";
import { frameHeaderLength, frameKind, frameKindOffset } from "./wal-format";
import type { FrameWalk } from "./wal-reader";

/**
 * What the payloads of all frames say, as JSON. Parsed at once that takes a third of the time. Undefined where each has to be read by itself: one is of
 * another kind, is no object, or all of them are long.
 */
export function parsePayloads(walk: FrameWalk): readonly unknown[] | undefined {
  const { starts, bytes } = walk;
  const first = starts[0] ?? 0;
  const end = walk.endOf(starts.length - 1);
  if (end - first > longestAtOnce) return undefined;
  // They stand one behind the other: with a comma and spaces in the place of each header they are the elements of an array.
  const text = bytes.slice(first, end);
  for (let index = 0; index < starts.length; index += 1) {
    const at = (starts[index] ?? 0) - first;
    const payload = at + frameHeaderLength;
    const last = (starts[index + 1] ?? end) - first - 1;
    if (text[at + frameKindOffset] !== frameKind.transaction) return undefined;
    if (text[payload] !== openBrace || text[last] !== closeBrace) return undefined;
    text.fill(space, at, payload);
    text[at] = comma;
  }
  text[0] = openBracket;
  try {
    const values: unknown = JSON.parse(`${decoder.decode(text)}]`);
    return Array.isArray(values) && values.length === starts.length ? values : undefined;
  } catch {
    // Read by itself, the one that is no JSON is named.
    return undefined;
  }
}

const openBracket = "[".charCodeAt(0);
const openBrace = "{".charCodeAt(0);
const closeBrace = "}".charCodeAt(0);
const comma = ",".charCodeAt(0);
const space = " ".charCodeAt(0);
/** In bytes: it takes a copy of them. */
const longestAtOnce = 1 << 22;
