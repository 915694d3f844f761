import {
  decodeFrame,
  frameHeaderAt,
  frameHeaderLength,
  linkedChecksum,
  linkTo,
  type SegmentHeader,
  segmentHeaderLength,
  verifyFrames,
} from "./wal-format";

/** One verified frame. `payload` is a view into the segment's bytes. */
export interface Frame {
  readonly sequence: number;
  readonly kind: number;
  /** Where the frame starts in its segment, in bytes. */
  readonly offset: number;
  readonly length: number;
  /** Low half of the checksum of the frame before. */
  readonly link: number;
  /** What the next frame links to. */
  readonly checksum: bigint;
  readonly payload: Uint8Array;
}

/** A place between two frames of the log: everything up to `sequence` stands before it. */
export interface LogPosition {
  readonly generation: number;
  /** Bytes from the start of the segment. */
  readonly offset: number;
  readonly sequence: number;
  readonly checksum: bigint;
}

/** Consecutive frames of one segment that verify. What is in them is looked at when somebody asks. */
export class FrameWalk {
  #frames: readonly Frame[] | undefined;

  /**
   * @param starts where each of them starts in the bytes
   * @param hasRest whether bytes follow `end` that are no valid frame
   * @param newer the first whose kind this version does not know
   */
  constructor(
    readonly bytes: Uint8Array,
    readonly bytesStart: number,
    readonly starts: readonly number[],
    readonly from: LogPosition,
    readonly end: LogPosition,
    readonly hasRest: boolean,
    readonly newer: number | undefined,
  ) {}

  get frames(): readonly Frame[] {
    this.#frames ??= this.starts.map((_, index) => this.frame(index));
    return this.#frames;
  }

  frame(index: number): Frame {
    return frameAt(this.bytes, this.starts[index] ?? 0, this.bytesStart);
  }

  /** Where it ends in the bytes. */
  endOf(index: number): number {
    return this.starts[index + 1] ?? this.end.offset - this.bytesStart;
  }
}

/** The frame at `at`, which verifies. */
export function frameAt(bytes: Uint8Array, at: number, bytesStart = 0): Frame {
  const { sequence, kind, link, payloadLength } = frameHeaderAt(bytes, at);
  const length = frameHeaderLength + payloadLength;
  const payload = bytes.subarray(at + frameHeaderLength, at + length);
  const checksum = linkedChecksum(bytes, at);
  return { sequence, kind, offset: at + bytesStart, length, link, checksum, payload };
}

/**
 * Reads frames from `from` as long as each verifies, carries the next sequence and links to the one before. Stops at the first that does
 * not, at the end of the bytes, or past `lastSequence`. Reports what it stopped at, judges nothing: whether a rest is a torn tail or damage
 * depends on what was confirmed, which the caller knows.
 *
 * @param bytes the segment from byte `bytesStart` on
 */
export function walkFrames(
  bytes: Uint8Array,
  bytesStart: number,
  salt: Uint8Array,
  from: LogPosition,
  lastSequence = Number.POSITIVE_INFINITY,
): FrameWalk {
  const { generation, sequence } = from;
  const { starts, end, newer } = verifyFrames(bytes, from.offset - bytesStart, salt, {
    most: lastSequence - sequence,
    after: { sequence, link: linkTo(from.checksum) },
  });
  const last = starts.at(-1);
  const checksum = last === undefined ? from.checksum : linkedChecksum(bytes, last);
  const position = { generation, offset: end + bytesStart, sequence: sequence + starts.length, checksum };
  return new FrameWalk(bytes, bytesStart, starts, from, position, end < bytes.length, newer);
}

/**
 * Whether a valid frame of this segment starts at `offset`, where it does not continue the log, or anywhere behind. One frame at most is ever unconfirmed, so a bad frame with a
 * valid one behind it is damage to acknowledged data and never a torn tail.
 */
export function hasFrameBeyond(bytes: Uint8Array, offset: number, salt: Uint8Array): boolean {
  for (
    let at = bytes.indexOf(magicFirstByte, offset);
    at !== -1;
    at = bytes.indexOf(magicFirstByte, at + 1)
  ) {
    if (decodeFrame(bytes, at, salt) !== undefined) return true;
  }
  return false;
}

/** Where the frames of a segment start. */
export function segmentStart(header: SegmentHeader): LogPosition {
  return {
    generation: header.generation,
    offset: segmentHeaderLength,
    sequence: header.baseSequence,
    checksum: header.baseChecksum,
  };
}

export const magicFirstByte = "b".charCodeAt(0);
