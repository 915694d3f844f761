import type { FileStatus } from "../native/file-status";
import type { BlockTable } from "./block-table";
import { findChangedParts } from "./changed-part";
import { ContentSum, type ContentSums, sumsOf } from "./face-content";
import { differingLines } from "./face-difference";
import { inFaceFile } from "./face-file";
import { quickIdOf } from "./face-lines";
import type { Directory, OpenFile } from "./file-system";
import { type LinePlace, LineWindow, lineFeedByte, newLineMemory, type RawLine } from "./line-window";

/** A face that was compared with the lines of a snapshot while it was read, and so without memory for all of it. */
export interface ComparedFace {
  /** Of the descriptor that was read, taken before. */
  readonly status: FileStatus;
  /** Those that the snapshot does not have in just these bytes, and perhaps some that it has. */
  readonly lines: readonly RawLine[];
  /** Undefined where nobody will sign it. */
  readonly sums: ContentSums | undefined;
}

/** A face as it was signed. */
export interface SignedFace {
  readonly blocks: BlockTable;
  /** It had a conflict or a torn line in it. */
  readonly isOdd: boolean;
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
  { isSummed, signed }: { isSummed: boolean; signed?: SignedFace | undefined },
): ComparedFace | undefined {
  return inFaceFile(directory, name, (file, status) => {
    const lines: RawLine[] = [];
    let isChanged = false;
    const memories: Memories = {};
    const onLines = (part: Uint8Array): void => {
      isChanged = true;
      for (const line of differingIn(part, stored, memories)) lines.push(kept(line));
    };
    const { size } = status;
    const found = signed && findChangedParts(file, { size, signed: signed.blocks, isSummed, onLines });
    if (found === undefined || (signed?.isOdd === true && isChanged))
      return compareAll(file, status, stored, isSummed);
    // What nobody will sign is told to be what was signed.
    const blocks = found.blocks ?? (isChanged ? undefined : signed?.blocks.entries);
    return { status, lines, sums: blocks && sumsOf(blocks) };
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
  const onBlock = (block: Uint8Array): void => {
    length += block.length;
    if (isSummed) content.add(block);
  };
  const face = new LineWindow({ file, offset: 0, length: status.size }, { onBlock });
  const lines = Array.from(differingLines(face, new LineWindow(stored.all)), kept);
  // Where less came than there is, the signature of this must not pass for that of the whole.
  return { status: withSize(status, length), lines, sums: isSummed ? content.sums : undefined };
}

/** Compared with the stored lines from the first of them that is stored; what comes before is not. */
function differingIn(lines: Uint8Array, stored: StoredLines, memories: Memories): Iterable<RawLine> {
  memories.face ??= newLineMemory();
  memories.stored ??= newLineMemory();
  const place = placeOfFirst(lines, stored) ?? { ...stored.all, length: 0 };
  return differingLines(
    new LineWindow({ file: inMemory(lines), offset: 0, length: lines.length }, { memory: memories.face }),
    new LineWindow(place, { memory: memories.stored }),
  );
}

/** Used again for each part. */
interface Memories {
  face?: Uint8Array;
  stored?: Uint8Array;
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

/** The status of a file of which only so much was there. A status cannot be spread: it is read from the kernel's bytes. */
function withSize(status: FileStatus, size: number): FileStatus {
  const { device, inode, links, modifiedNs, changedNs, kind, permissions, owner, mount } = status;
  return { device, inode, links, size, modifiedNs, changedNs, kind, permissions, owner, mount };
}
