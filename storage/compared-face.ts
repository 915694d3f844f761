import type { FileStatus } from "../native/file-status";
import { ContentSum } from "./face-content";
import { differingLines } from "./face-difference";
import { inFaceFile, withSize } from "./face-file";
import type { Directory } from "./file-system";
import { type LinePlace, LineWindow, type RawLine } from "./line-window";

/** A face that was compared with the lines of a snapshot while it was read, and so without memory for all of it. */
export interface ComparedFace {
  /** Of the descriptor that was read, taken before. */
  readonly status: FileStatus;
  /** Those that the snapshot does not have in just these bytes, and perhaps some that it has. */
  readonly lines: readonly RawLine[];
  /** Undefined where nobody will sign it. */
  readonly contentChecksum: bigint | undefined;
}

/** Undefined when there is no such file; throws as `readFaceFile` does. */
export function compareFaceFile(
  directory: Directory,
  name: string,
  stored: LinePlace,
  isSummed: boolean,
): ComparedFace | undefined {
  return inFaceFile(directory, name, (file, status) => {
    const content = new ContentSum();
    let length = 0;
    const face = new LineWindow({ file, offset: 0, length: status.size }, (block) => {
      length += block.length;
      if (isSummed) content.add(block);
    });
    const lines = Array.from(differingLines(face, new LineWindow(stored)), kept);
    // Where less came than there is, the signature of this must not pass for that of the whole.
    return {
      status: withSize(status, length),
      lines,
      contentChecksum: isSummed ? content.sum : undefined,
    };
  });
}

function kept({ bytes, isTerminated }: RawLine): RawLine {
  return { bytes: bytes.slice(), isTerminated };
}
