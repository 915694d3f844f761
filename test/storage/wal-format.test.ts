import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  decodeFrame,
  decodeSegmentHeader,
  encodeFrame,
  encodePurgedFrame,
  encodeSegmentHeader,
  frameHeaderLength,
  frameKind,
  frameLengthLimit,
  segmentHeaderLength,
} from "../../storage/wal-format";
import { walkFrames } from "../../storage/wal-reader";
import { flipBit, saltOf, smallSegment } from "./segment-samples";

const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
const uint53 = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

test("a frame that no reader would take is not made", () => {
  const payload = Object.defineProperty(new Uint8Array(0), "length", { value: frameLengthLimit + 1 });
  const content = { sequence: 1, previousChecksum: 0n, kind: frameKind.transaction, payload };
  expect(() => encodeFrame(content, new Uint8Array(16))).toThrow("could not be read back");
});

describe("a segment header", () => {
  const anyHeader = fc.record({
    storeId: bytes16,
    generation: uint53,
    salt: bytes16,
    baseSequence: uint53,
    baseChecksum: uint64,
  });

  test("is read as it was written", () => {
    fc.assert(
      fc.property(anyHeader, (header) => {
        expect(decodeSegmentHeader(encodeSegmentHeader(header))).toEqual(header);
      }),
      { numRuns: 200 },
    );
  });

  test("does not verify after any bit of it changed", () => {
    const { bytes } = smallSegment();
    const header = bytes.subarray(0, segmentHeaderLength);
    for (let bit = 0; bit < segmentHeaderLength * 8; bit += 1)
      expect(decodeSegmentHeader(flipBit(header, bit))).toBeUndefined();
  });

  test("does not verify when it is cut short", () => {
    const { bytes } = smallSegment();
    for (let length = 0; length < segmentHeaderLength; length += 1)
      expect(decodeSegmentHeader(bytes.subarray(0, length))).toBeUndefined();
  });
});

describe("a frame", () => {
  test("is read as it was written, wherever it stands", () => {
    const anyFrame = fc.record({
      sequence: uint53,
      previousChecksum: uint64,
      payload: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(anyFrame, bytes16, fc.nat({ max: 9 }), (content, salt, offset) => {
        const frame = encodeFrame({ ...content, kind: frameKind.transaction }, salt);
        const placed = new Uint8Array(offset + frame.bytes.length);
        placed.set(frame.bytes, offset);
        expect(decodeFrame(placed, offset, salt)).toEqual({
          payloadLength: content.payload.length,
          sequence: content.sequence,
          link: Number(content.previousChecksum & 0xffffffffn),
          kind: frameKind.transaction,
          checksum: frame.checksum,
        });
      }),
      { numRuns: 200 },
    );
  });

  test("does not verify after any bit of it changed, and the frames before it do", () => {
    const { bytes, start, frames } = smallSegment();
    for (const [index, frame] of frames.entries()) {
      for (let bit = 0; bit < frame.length * 8; bit += 1) {
        const walk = walkFrames(flipBit(bytes, frame.offset * 8 + bit), 0, saltOf(bytes), start);
        expect(walk.frames).toHaveLength(index);
        expect(walk.end.offset).toBe(frame.offset);
        expect(walk.hasRest).toBe(true);
      }
    }
  });

  test("counts only when all of it is there", () => {
    const { bytes, start, frames } = smallSegment();
    for (let length = segmentHeaderLength; length <= bytes.length; length += 1) {
      const walk = walkFrames(bytes.subarray(0, length), 0, saltOf(bytes), start);
      const whole = frames.filter((frame) => frame.offset + frame.length <= length);
      expect(walk.frames).toHaveLength(whole.length);
      expect(walk.hasRest).toBe(walk.end.offset < length);
    }
  });

  test("of another salt does not verify", () => {
    const { bytes, frames } = smallSegment();
    for (let bit = 0; bit < 128; bit += 1)
      expect(decodeFrame(bytes, frames[0]?.offset ?? 0, flipBit(saltOf(bytes), bit))).toBeUndefined();
  });

  test("whose length exceeds the file or the limit is refused before anything is allocated", () => {
    const { bytes, frames } = smallSegment();
    const at = frames[0]?.offset ?? 0;
    for (const length of [bytes.length, 0x7fff_ffff, 0xffff_ffff, frameLengthLimit, frameLengthLimit + 1]) {
      const changed = bytes.slice();
      new DataView(changed.buffer).setUint32(at + 4, length, true);
      expect(decodeFrame(changed, at, saltOf(bytes))).toBeUndefined();
    }
  });

  test("with an empty payload is a frame", () => {
    const salt = new Uint8Array(16);
    const { bytes } = encodeFrame(
      { sequence: 1, previousChecksum: 0n, kind: 1, payload: new Uint8Array(0) },
      salt,
    );
    expect(bytes).toHaveLength(frameHeaderLength);
    expect(decodeFrame(bytes, 0, salt)?.payloadLength).toBe(0);
  });
});

test("a purged frame keeps its length, its sequence and what the next frame links to", () => {
  const { bytes, start, frames } = smallSegment();
  const second = frames[1];
  if (second === undefined) throw new Error("the sample has no second frame");
  const purged = encodePurgedFrame(second, new TextEncoder().encode("{}"), saltOf(bytes));
  expect(purged).toHaveLength(second.length);
  const scrubbed = bytes.slice();
  scrubbed.set(purged, second.offset);
  const walk = walkFrames(scrubbed, 0, saltOf(bytes), start);
  expect(walk.frames.map(({ sequence, kind }) => [sequence, kind])).toEqual([
    [8, frameKind.transaction],
    [9, frameKind.purged],
    [10, frameKind.transaction],
  ]);
  expect(walk.frames[1]?.checksum).toBe(second.checksum);
  expect(new TextDecoder().decode(walk.frames[1]?.payload)).not.toContain("second");
});
