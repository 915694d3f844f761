import { compareIds } from "../model/issue-id";
import { parseIssue } from "../model/issue-json";
import { decoder } from "../native/utf8";
import { ContentReader, type ContentSums, type ContentWriter } from "./face-content";
import type { OpenFile } from "./file-system";

/** What is to stand in a face for one issue. */
export interface FaceChange {
  readonly id: string;
  /** Without a line feed; undefined where it is not to stand there. */
  readonly bytes: Uint8Array | undefined;
}

/** Bytes in the place of a part of a file. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/**
 * What the changes mean for a face, in the order of the file; nothing for those that stand there already. No line is looked at but those that lead to a place.
 *
 * @param face nothing but lines of issues in the order of their ids, each with a line feed behind it
 * @param changes in the order of their ids
 * @throws BzError INVALID when a line of it is no issue
 */
export function editsOf(face: OpenFile, length: number, changes: readonly FaceChange[]): Edit[] {
  const edits: Edit[] = [];
  let from = 0;
  for (const { id, bytes } of changes) {
    const { start, end, line } = placeOf(face, id, from, length);
    from = end;
    const wanted = bytes === undefined ? empty : Buffer.concat([bytes, lineFeed]);
    if (Buffer.compare(line, wanted) !== 0) edits.push({ start, end, bytes: wanted });
  }
  return edits;
}

/** Copies the file with these edits, which come in its order and do not overlap. Returns the sums of what was read. */
export function copyEdited(face: OpenFile, edits: readonly Edit[], output: ContentWriter): ContentSums {
  const reader = new ContentReader(face);
  let next = 0;
  let copied = 0;
  let offset = 0;
  for (let block = reader.next(); block.length > 0; block = reader.next()) {
    const end = offset + block.length;
    for (let edit = edits[next]; edit !== undefined && edit.start < end; edit = edits[++next]) {
      output.write(block.subarray(Math.max(copied, offset) - offset, edit.start - offset));
      output.write(edit.bytes);
      copied = edit.end;
    }
    if (copied < end) output.write(block.subarray(Math.max(copied, offset) - offset));
    offset = end;
  }
  for (const edit of edits.slice(next)) output.write(edit.bytes);
  return reader.sums;
}

interface FoundLine {
  readonly start: number;
  /** Behind its line feed. */
  readonly end: number;
  readonly line: Uint8Array;
}

/** The line of that id; an empty one where it would stand. */
function placeOf(face: OpenFile, id: string, from: number, length: number): FoundLine {
  let low = from;
  let high = length;
  while (low < high) {
    const found = lineAround(face, (low + high) >> 1, low, high);
    const order = compareIds(parseIssue(decoder.decode(found.line)).id, id);
    if (order === 0) return found;
    if (order < 0) low = found.end;
    else high = found.start;
  }
  return { start: low, end: low, line: empty };
}

/** The line that `offset` is in; lines begin at `low` and end at `high`. */
function lineAround(face: OpenFile, offset: number, low: number, high: number): FoundLine {
  for (let reach = usualReach; ; reach *= 8) {
    const first = Math.max(low, offset - reach);
    const bytes = face.read(first, Math.min(high, offset + reach) - first);
    const before = offset === first ? -1 : bytes.lastIndexOf(lineFeedByte, offset - first - 1);
    const behind = bytes.indexOf(lineFeedByte, offset - first);
    if ((before === -1 && first > low) || (behind === -1 && offset + reach < high)) continue;
    const end = behind === -1 ? bytes.length : behind + 1;
    return { start: first + before + 1, end: first + end, line: bytes.subarray(before + 1, end) };
  }
}

const usualReach = 2048;
const lineFeedByte = 0x0a;
const lineFeed = Uint8Array.of(lineFeedByte);
const empty = new Uint8Array(0);
