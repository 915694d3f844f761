import { dataViewOf } from "./byte-layout";
import {
  decodeFrame,
  frameHeaderLength,
  frameKind,
  linkTo,
  type SegmentHeader,
  segmentHeaderLength,
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

export interface FrameWalk {
  readonly frames: readonly Frame[];
  readonly end: LogPosition;
  /** True when bytes follow `end` that are no valid frame. */
  readonly hasRest: boolean;
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
  const frames: Frame[] = [];
  let { offset, sequence, checksum } = from;
  while (sequence < lastSequence) {
    const header = decodeFrame(bytes, offset - bytesStart, salt);
    if (header === undefined || header.sequence !== sequence + 1 || header.link !== linkTo(checksum)) break;
    const start = offset - bytesStart + frameHeaderLength;
    const payload = bytes.subarray(start, start + header.payloadLength);
    const linked = linkedChecksum(header.kind, header.checksum, payload);
    const length = frameHeaderLength + header.payloadLength;
    const { kind, link } = header;
    frames.push({ sequence: header.sequence, kind, offset, length, link, checksum: linked, payload });
    offset += length;
    sequence += 1;
    checksum = linked;
  }
  return {
    frames,
    end: { generation: from.generation, offset, sequence, checksum },
    hasRest: offset - bytesStart < bytes.length,
  };
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

/** A purged frame keeps the checksum it had in the first 8 bytes of its payload, so that the chain behind it stays whole. */
export function linkedChecksum(kind: number, checksum: bigint, payload: Uint8Array): bigint {
  return kind === frameKind.purged && payload.length >= 8
    ? dataViewOf(payload).getBigUint64(0, true)
    : checksum;
}
