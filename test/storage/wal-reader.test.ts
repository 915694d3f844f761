import { describe, expect, test } from "bun:test";
import { encodeFrame, frameKind, segmentHeaderLength } from "../../storage/wal-format";
import { hasFrameBeyond, type VerifiedPrefix, walkFrames, walkFromPrefix } from "../../storage/wal-reader";
import { encodeFrames, flipBit, saltOf, smallSegment } from "./segment-samples";

const { bytes, start, frames } = smallSegment();
const salt = saltOf(bytes);
const [first, second, third] = frames;
if (first === undefined || second === undefined || third === undefined)
  throw new Error("the sample has three frames");

test("frames are read in order up to the end of the bytes", () => {
  const walk = walkFrames(bytes, 0, salt, start);
  expect(walk.frames.map(({ sequence }) => sequence)).toEqual([8, 9, 10]);
  expect(walk.frames.map(({ payload }) => new TextDecoder().decode(payload))).toEqual([
    "the first payload",
    "the second payload",
    "third",
  ]);
  expect(walk.end).toEqual({ generation: 2, offset: bytes.length, sequence: 10, checksum: third.checksum });
  expect(walk.hasRest).toBe(false);
});

test("reading goes on from any place between two frames, with only the bytes behind it", () => {
  const from = { generation: 2, offset: second.offset, sequence: 8, checksum: first.checksum };
  const walk = walkFrames(bytes.subarray(second.offset), second.offset, salt, from);
  expect(walk.frames.map(({ sequence, offset }) => [sequence, offset])).toEqual([
    [9, second.offset],
    [10, third.offset],
  ]);
  expect(walk.end.offset).toBe(bytes.length);
});

test("reading stops behind the last sequence that counts", () => {
  const walk = walkFrames(bytes, 0, salt, start, 9);
  expect(walk.end).toEqual({ generation: 2, offset: third.offset, sequence: 9, checksum: second.checksum });
  expect(walk.hasRest).toBe(true);
  expect(walkFrames(bytes, 0, salt, start, 7).frames).toEqual([]);
});

test("a valid frame does not count when its sequence does not follow", () => {
  for (const sequence of [7, 8, 10, Number.MAX_SAFE_INTEGER]) {
    const other = encodeFrame(
      { sequence, previousChecksum: first.checksum, kind: frameKind.transaction, payload: new Uint8Array(4) },
      salt,
    );
    const joined = new Uint8Array(Buffer.concat([bytes.subarray(0, second.offset), other.bytes]));
    const walk = walkFrames(joined, 0, salt, start);
    expect(walk.frames).toHaveLength(1);
    expect(walk.hasRest).toBe(true);
  }
});

test("a valid frame does not count when it links to another one than the frame before it", () => {
  const other = encodeFrame(
    {
      sequence: 9,
      previousChecksum: first.checksum + 1n,
      kind: frameKind.transaction,
      payload: new Uint8Array(4),
    },
    salt,
  );
  const joined = new Uint8Array(Buffer.concat([bytes.subarray(0, second.offset), other.bytes]));
  expect(walkFrames(joined, 0, salt, start).frames).toHaveLength(1);
});

test("a bad frame with a valid one behind it is told from a torn tail", () => {
  const damaged = flipBit(bytes, second.offset * 8 + 300);
  expect(hasFrameBeyond(damaged, second.offset, salt)).toBe(true);
  const tail = flipBit(bytes, third.offset * 8 + 100);
  expect(hasFrameBeyond(tail, third.offset, salt)).toBe(false);
  expect(hasFrameBeyond(bytes.subarray(0, bytes.length - 1), third.offset, salt)).toBe(false);
});

test("a valid frame is found behind garbage of any length", () => {
  for (let length = 0; length < 40; length += 1) {
    const garbage = new Uint8Array(length).fill("b".charCodeAt(0));
    const joined = new Uint8Array(
      Buffer.concat([
        bytes.subarray(0, second.offset),
        Buffer.from("x"),
        garbage,
        bytes.subarray(third.offset),
      ]),
    );
    expect(hasFrameBeyond(joined, second.offset, salt)).toBe(true);
  }
});

test("no tail of a segment is taken for a frame of another one", () => {
  const other = salt.map((byte) => byte ^ 1);
  expect(hasFrameBeyond(bytes, 0, other)).toBe(false);
  expect(walkFrames(bytes, 0, other, start).frames).toEqual([]);
});

describe("a prefix that was verified before", () => {
  /** What a reader has: the bytes behind the header. */
  const behind = bytes.subarray(segmentHeaderLength);

  /** The first frames, as the one who verified them passes them on. */
  function prefixOf(count: number): VerifiedPrefix {
    return walkFrames(behind, segmentHeaderLength, salt, start, start.sequence + count).prefix(salt);
  }

  test("says of frames, ends and links what a walk of each frame says", () => {
    const each = walkFrames(behind, segmentHeaderLength, salt, start);
    for (const count of [1, 2]) {
      const walk = walkFromPrefix(behind, salt, start, prefixOf(count));
      if (walk === undefined) throw new Error("the prefix does not vouch for its own bytes");
      expect(walk.length).toBe(3);
      expect(walk.end).toEqual(each.end);
      expect(walk.last).toEqual(each.last);
      expect(walk.starts).toEqual(each.starts);
      expect(walk.frames).toEqual(each.frames);
      expect([0, 1, 2].map((index) => walk.endOf(index))).toEqual(
        [0, 1, 2].map((index) => each.endOf(index)),
      );
      expect([walk.hasRest, walk.newer]).toEqual([false, undefined]);
      expect(walk.prefix(salt)).toEqual(each.prefix(salt));
    }
  });

  test("vouches for no bytes but its own, not one bit of which may be another", () => {
    const prefix = prefixOf(2);
    for (let bit = 0; bit < (prefix.offset - segmentHeaderLength) * 8; bit += 1)
      expect(walkFromPrefix(flipBit(behind, bit), salt, start, prefix)).toBeUndefined();
    expect(
      walkFromPrefix(
        behind,
        salt.map((byte) => byte ^ 1),
        start,
        prefix,
      ),
    ).toBeUndefined();
    expect(walkFromPrefix(behind, salt, start, prefixOf(1))).toBeDefined();
    expect(walkFromPrefix(behind, salt, start, { ...prefix, offset: prefixOf(1).offset })).toBeUndefined();
  });

  test("says whether anything in it is spelled by number, and whoever reads on asks the frames behind it alone", () => {
    for (const [texts, isPrefixPlain, isPlain] of [
      [["one", "two"], true, true],
      [["one", "\\u0041"], true, false],
      [["\\u0041", "two"], false, false],
    ] as const) {
      const [one, other] = encodeFrames(texts, start, salt);
      if (one === undefined || other === undefined) throw new Error("there are two texts");
      const joined = new Uint8Array(Buffer.concat([one, other]));
      const prefix = walkFrames(one, segmentHeaderLength, salt, start).prefix(salt);
      expect(prefix.isPlain).toBe(isPrefixPlain);
      expect(walkFromPrefix(joined, salt, start, prefix)?.isPlain).toBe(isPlain);
      const trusted = walkFromPrefix(joined, salt, start, { ...prefix, isPlain: true });
      expect(trusted?.isPlain).toBe(texts[1] === "two");
    }
  });

  test("leaves the frames behind it to be verified one by one", () => {
    for (let bit = (third.offset - segmentHeaderLength) * 8; bit < behind.length * 8; bit += 1) {
      const walk = walkFromPrefix(flipBit(behind, bit), salt, start, prefixOf(2));
      expect(walk?.end).toEqual({
        generation: 2,
        offset: third.offset,
        sequence: 9,
        checksum: second.checksum,
      });
      expect(walk?.hasRest).toBe(true);
    }
    const wrongly = { ...prefixOf(2), lastChecksum: 1n };
    expect(walkFromPrefix(behind, salt, start, wrongly)?.end.sequence).toBe(9);
  });

  test("is asked about nothing where the segment is not read from its first frame on, or holds no more than it", () => {
    const { end } = walkFrames(behind, segmentHeaderLength, salt, start, 8);
    expect(walkFromPrefix(bytes.subarray(end.offset), salt, end, prefixOf(2))).toBeUndefined();
    expect(walkFromPrefix(behind, salt, start, prefixOf(3))).toBeUndefined();
    for (const offset of [0, segmentHeaderLength, Number.MAX_SAFE_INTEGER])
      expect(walkFromPrefix(behind, salt, start, { ...prefixOf(2), offset })).toBeUndefined();
  });
});
