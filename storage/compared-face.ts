import type { FileStatus } from "../native/file-status";
import { findChangedPart, type SignedContent } from "./changed-part";
import { ContentSum, type ContentSums, sumsOf } from "./face-content";
import { differingLines } from "./face-difference";
import { inFaceFile, withSize } from "./face-file";
import { quickIdOf } from "./face-lines";
import type { Directory, OpenFile } from "./file-system";
import { type LinePlace, LineWindow, lineFeedByte, type RawLine } from "./line-window";

/** A face that was compared with the lines of a snapshot while it was read, and so without memory for all of it. */
export interface ComparedFace {
  /** Of the descriptor that was read, taken before. */
  readonly status: FileStatus;
  /** Those that the snapshot does not have in just these bytes, and perhaps some that it has. */
  readonly lines: readonly RawLine[];
  /** Undefined where nobody will sign it. */
  readonly sums: ContentSums | undefined;
}

/** The lines of a snapshot. */
export interface StoredLines {
  readonly all: LinePlace;
  /** The line of that id, and all behind it; undefined for an unknown one. */
  from(id: string): LinePlace | undefined;
}

/**
 * Undefined when there is no such file; throws as `readFaceFile` does.
 * @param signed what it was when all its lines were known: then those that are still there are not among the lines, unless something is odd about that whole
 */
export function compareFaceFile(
  directory: Directory,
  name: string,
  stored: StoredLines,
  { isSummed, signed }: { isSummed: boolean; signed?: (SignedContent & { isOdd: boolean }) | undefined },
): ComparedFace | undefined {
  return inFaceFile(directory, name, (file, status) => {
    const part = signed && findChangedPart(file, status.size, signed, isSummed);
    if (part === undefined || (signed?.isOdd === true && part.lines.length > 0))
      return compareAll(file, status, stored, isSummed);
    return { status, lines: differingIn(part.lines, stored), sums: part.blocks && sumsOf(part.blocks) };
  });
}

function compareAll(
  file: OpenFile,
  status: FileStatus,
  stored: StoredLines,
  isSummed: boolean,
): ComparedFace {
  const content = new ContentSum();
  let length = 0;
  const face = new LineWindow({ file, offset: 0, length: status.size }, (block) => {
    length += block.length;
    if (isSummed) content.add(block);
  });
  const lines = Array.from(differingLines(face, new LineWindow(stored.all)), kept);
  // Where less came than there is, the signature of this must not pass for that of the whole.
  return { status: withSize(status, length), lines, sums: isSummed ? content.sums : undefined };
}

/** Compared with the stored lines from the first of them that is stored; what comes before is not. */
function differingIn(lines: Uint8Array, stored: StoredLines): RawLine[] {
  if (lines.length === 0) return [];
  const face = new LineWindow({ file: inMemory(lines), offset: 0, length: lines.length });
  const place = placeOfFirst(lines, stored);
  return Array.from(differingLines(face, new LineWindow(place ?? { ...stored.all, length: 0 })), kept);
}

function placeOfFirst(lines: Uint8Array, stored: StoredLines): LinePlace | undefined {
  for (let start = 0; start < lines.length; ) {
    const lineFeed = lines.indexOf(lineFeedByte, start);
    const end = lineFeed === -1 ? lines.length : lineFeed;
    const id = quickIdOf(lines.subarray(start, end));
    const place = id === undefined ? undefined : stored.from(id);
    if (place !== undefined) return place;
    start = end + 1;
  }
  return undefined;
}

function inMemory(content: Uint8Array): LinePlace["file"] {
  return {
    readInto: (offset, bytes) => {
      const piece = content.subarray(offset, offset + bytes.length);
      bytes.set(piece);
      return piece.length;
    },
  };
}

function kept({ bytes, isTerminated }: RawLine): RawLine {
  return { bytes: bytes.slice(), isTerminated };
}
