import { compareIds } from "../model/issue-id";
import { parseIssue } from "../model/issue-json";
import { decoder } from "../native/utf8";
import { quickIdOf } from "./face-lines";
import { type LineWindow, lineFeedByte, type RawLine } from "./line-window";

/**
 * The lines of a face that are not stored in just these bytes, and perhaps some that are: where the face is in another order, or has lines that are no issues. What is the same on both
 * sides is compared in stretches of many lines, and not even cut into these. Each line is valid until the next one is asked for.
 * @param stored lines in the order of their ids
 */
export function* differingLines(face: LineWindow, stored: LineWindow): Generator<RawLine> {
  for (;;) {
    const same = sameLines(face.rest(), stored.rest());
    if (same > 0) {
      face.skip(same);
      stored.skip(same);
      continue;
    }
    const line = face.line();
    if (line === undefined) return;
    const order = orderOf(line, stored.line());
    if (order <= 0) {
      yield line;
      face.skipLine();
    }
    if (order >= 0) stored.skipLine();
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
function orderOf(line: RawLine, stored: RawLine | undefined): number {
  const id = quickIdOf(line.bytes);
  if (id === undefined || stored === undefined) return -1;
  return compareIds(id, quickIdOf(stored.bytes) ?? parseIssue(decoder.decode(stored.bytes)).id);
}
