import { encodeFrame, encodeSegmentHeader, frameKind } from "../../storage/wal-format";
import { type Frame, type LogPosition, segmentStart, walkFrames } from "../../storage/wal-reader";

/** A segment of generation 2 that continues sequence 7, with three frames. */
export function smallSegment(): { bytes: Uint8Array; start: LogPosition; frames: readonly Frame[] } {
  const header = {
    storeId: Uint8Array.from({ length: 16 }, (_, index) => index),
    generation: 2,
    salt: Uint8Array.from({ length: 16 }, (_, index) => 0xf0 + index),
    baseSequence: 7,
    baseChecksum: 0x1122_3344_5566_7788n,
  };
  const start = segmentStart(header);
  const texts = ["the first payload", "the second payload", "third"];
  const parts = [encodeSegmentHeader(header), ...encodeFrames(texts, start, header.salt)];
  const bytes = new Uint8Array(Buffer.concat(parts));
  return { bytes, start, frames: walkFrames(bytes, 0, header.salt, start).frames };
}

/** A frame for each text, that follow each other behind the place. */
export function encodeFrames(
  texts: readonly string[],
  { sequence, checksum }: LogPosition,
  salt: Uint8Array,
): Uint8Array[] {
  let previousChecksum = checksum;
  return texts.map((text, index) => {
    const payload = new TextEncoder().encode(text);
    const kind = frameKind.transaction;
    const frame = encodeFrame({ sequence: sequence + 1 + index, previousChecksum, kind, payload }, salt);
    previousChecksum = frame.checksum;
    return frame.bytes;
  });
}

export function saltOf(segment: Uint8Array): Uint8Array {
  return segment.slice(40, 56);
}

export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = bytes.slice();
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}
