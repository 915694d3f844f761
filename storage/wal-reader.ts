import { indexOfBytes } from "../native/byte-search";
import { encoder } from "../native/utf8";

import {
  decodeFrame,
  frameHeaderAt,
  frameHeaderLength,
  linkedChecksum,
  linkTo,
  prefixChecksum,
  type SegmentHeader,
  segmentHeaderLength,
  startsOfFrames,
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

/**
 * The first frames of a segment, which somebody verified one by one, and a checksum of all their bytes: to compare that takes a hundredth of the time. It covers no
 * kind of frame but those of `frameKind`, so that whoever trusts it need not look for others.
 */
export interface VerifiedPrefix {
  /** Where it ends, in bytes from the start of the segment. */
  readonly offset: number;
  readonly lastSequence: number;
  /** What the next frame links to. */
  readonly lastChecksum: bigint;
  /** Of all its bytes, see `prefixChecksum`. */
  readonly checksum: bigint;
  /** Nothing in it is spelled by number, as `\u0041`. */
  readonly isPlain: boolean;
}

/** Consecutive frames of one segment that verify. What is in them is looked at when somebody asks. */
export class FrameWalk {
  readonly #tail: readonly number[] | undefined;
  #starts: readonly number[] | undefined;
  #frames: readonly Frame[] | undefined;
  #prefix: VerifiedPrefix | undefined;
  #isPlain: boolean | undefined;
  /** Nobody asks for anything but what its frames say, so that the headers of these may be written over, which saves a copy. */
  isOnlyRead = false;

  /**
   * @param tail where each frame behind the prefix, or behind `from`, starts in the bytes; undefined where nobody has looked
   * @param given what vouches for the first of them
   * @param hasRest whether bytes follow `end` that are no valid frame
   * @param newer the first whose kind this version does not know
   */
  constructor(
    readonly bytes: Uint8Array,
    readonly bytesStart: number,
    tail: readonly number[] | undefined,
    readonly from: LogPosition,
    readonly given: VerifiedPrefix | undefined,
    readonly end: LogPosition,
    readonly hasRest: boolean,
    readonly newer: number | undefined,
  ) {
    this.#tail = tail;
  }

  get length(): number {
    return this.end.sequence - this.from.sequence;
  }

  /** Where each of them starts in the bytes. */
  get starts(): readonly number[] {
    this.#starts ??= this.knownStarts ?? this.#findStarts();
    return this.#starts;
  }

  /** The same where somebody has found them. */
  get knownStarts(): readonly number[] | undefined {
    return this.#starts ?? (this.given === undefined ? this.#tail : undefined);
  }

  #findStarts(): readonly number[] {
    const { bytes, bytesStart, from, given, end } = this;
    const tail = this.#tail ?? [];
    const found = startsOfFrames(bytes, from.offset - bytesStart, (given ?? end).offset - bytesStart);
    return tail.length === 0 ? found : [...found, ...tail];
  }

  /** Of whoever has gone through all of them. */
  keepStarts(starts: readonly number[]): void {
    this.#starts = starts;
  }

  get frames(): readonly Frame[] {
    this.#frames ??= this.starts.map((start) => frameAt(this.bytes, start, this.bytesStart));
    return this.#frames;
  }

  /** The last frame, and the place before it; undefined when there is none. */
  get last(): { before: LogPosition; frame: Frame } | undefined {
    const tail = this.#tail ?? this.starts;
    const start = tail[tail.length - 1];
    if (start === undefined) return undefined;
    const previous = tail[tail.length - 2];
    const frame = frameAt(this.bytes, start, this.bytesStart);
    const { offset, sequence } = frame;
    const before = this.given?.lastChecksum ?? this.from.checksum;
    const checksum = previous === undefined ? before : linkedChecksum(this.bytes, previous);
    return { before: { ...this.end, offset, sequence: sequence - 1, checksum }, frame };
  }

  /** Whether nothing in them is spelled by number, as `\u0041`: else the bytes of a text are not all that may say it. */
  get isPlain(): boolean {
    const { bytes, bytesStart, from, given } = this;
    const searchedFrom = given?.isPlain === true ? given.offset : from.offset;
    this.#isPlain ??= indexOfBytes(bytes, byNumber, searchedFrom - bytesStart) === -1;
    return this.#isPlain;
  }

  /** All of them, which were walked from the start of their segment. */
  prefix(salt: Uint8Array): VerifiedPrefix {
    this.#prefix ??= this.#summed(salt);
    return this.#prefix;
  }

  #summed(salt: Uint8Array): VerifiedPrefix {
    const { offset, sequence: lastSequence, checksum: lastChecksum } = this.end;
    const bytes = this.bytes.subarray(this.from.offset - this.bytesStart, offset - this.bytesStart);
    return {
      offset,
      lastSequence,
      lastChecksum,
      checksum: prefixChecksum(bytes, salt),
      isPlain: this.isPlain,
    };
  }

  /** The one that holds this byte, at or behind the one given: binary search. */
  indexAt(byte: number, from = 0): number {
    const { starts } = this;
    let low = from;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= byte) low = middle;
      else high = middle - 1;
    }
    return low;
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
  return walkBehind(bytes, bytesStart, salt, from, undefined, lastSequence);
}

/**
 * The same of a segment that is read from its first frame on, where the prefix is all that a checksum has to be compared for. Undefined when it does not vouch for these bytes: what
 * is wrong with which of them, if anything is, `walkFrames` finds out.
 *
 * @param bytes the segment behind its header, and at least one frame more than the prefix has
 */
export function walkFromPrefix(
  bytes: Uint8Array,
  salt: Uint8Array,
  from: LogPosition,
  prefix: VerifiedPrefix,
): FrameWalk | undefined {
  const length = prefix.offset - segmentHeaderLength;
  if (from.offset !== segmentHeaderLength || length <= 0 || length >= bytes.length) return undefined;
  if (prefixChecksum(bytes.subarray(0, length), salt) !== prefix.checksum) return undefined;
  return walkBehind(bytes, from.offset, salt, from, prefix);
}

function walkBehind(
  bytes: Uint8Array,
  bytesStart: number,
  salt: Uint8Array,
  from: LogPosition,
  given: VerifiedPrefix | undefined,
  lastSequence = Number.POSITIVE_INFINITY,
): FrameWalk {
  const { generation } = from;
  const sequence = given?.lastSequence ?? from.sequence;
  const before = given?.lastChecksum ?? from.checksum;
  const { starts, end, newer } = verifyFrames(bytes, (given?.offset ?? from.offset) - bytesStart, salt, {
    most: lastSequence - sequence,
    after: { sequence, link: linkTo(before) },
  });
  const last = starts[starts.length - 1];
  const checksum = last === undefined ? before : linkedChecksum(bytes, last);
  const position = { generation, offset: end + bytesStart, sequence: sequence + starts.length, checksum };
  const hasRest = end < bytes.length;
  const newerIndex = newer === undefined ? undefined : newer + sequence - from.sequence;
  return new FrameWalk(bytes, bytesStart, starts, from, given, position, hasRest, newerIndex);
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

const byNumber = encoder.encode("\\u");

export const magicFirstByte = "b".charCodeAt(0);
