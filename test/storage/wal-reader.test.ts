import { expect, test } from "bun:test";
import { encodeFrame, frameKind } from "../../storage/wal-format";
import { hasFrameBeyond, walkFrames } from "../../storage/wal-reader";
import { flipBit, saltOf, smallSegment } from "./segment-samples";

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
