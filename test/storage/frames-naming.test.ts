import { expect, test } from "bun:test";
import fc from "fast-check";
import { isOnIssue, type Operation } from "../../model/operation";
import { framesNaming } from "../../storage/frames-naming";
import type { ReadSegment } from "../../storage/segments";
import { encodeTransaction } from "../../storage/transaction";
import { encodeFrame, frameKind, segmentHeaderLength } from "../../storage/wal-format";
import { walkFrames } from "../../storage/wal-reader";
import { line } from "../helpers/story";

const ids = [...Array.from({ length: 12 }, (_, number) => `t-${number}`), "é", 't-"', "t-\\", "\u{10000}"];
const anId = fc.constantFrom(...ids);
const operation = fc.oneof(
  fc
    .tuple(anId, anId)
    .map(([id, other]): Operation => ({ op: "put", id, line: line(id, `"id":"${other}"`) })),
  anId.map((id): Operation => ({ op: "change", id, at: 1, set: { notes: "n" } })),
  anId.map((id): Operation => ({ op: "take", id, line: line(id, "x") })),
  fc.constantFrom<Operation>({ op: "gone" }),
);
const salt = new Uint8Array(16).fill(7);

function segmentOf(frames: readonly (readonly Operation[])[]): Pick<ReadSegment, "walk" | "frames"> {
  const pieces: Uint8Array[] = [];
  let previousChecksum = 0n;
  for (const [index, operations] of frames.entries()) {
    const payload = encodeTransaction({ timeMs: 1, actor: "ann", command: "q" }, operations);
    const content = { sequence: index + 1, previousChecksum, kind: frameKind.transaction, payload };
    const { bytes, checksum } = encodeFrame(content, salt);
    pieces.push(bytes);
    previousChecksum = checksum;
  }
  const start = { generation: 1, offset: segmentHeaderLength, sequence: 0, checksum: 0n };
  const walk = walkFrames(Buffer.concat([...pieces, Buffer.from('"id":"t-1"')]), start.offset, salt, start);
  return { walk, frames: walk.frames };
}

test("no frame with an operation on one of the issues is left out, and hardly any other is found, of few issues and of many", () => {
  const someFrames = fc.array(fc.array(operation, { minLength: 1, maxLength: 3 }), { maxLength: 12 });
  const someIds = fc.uniqueArray(anId, { minLength: 1 }).map((wanted) => new Set(wanted));
  fc.assert(
    fc.property(someFrames, someIds, fc.boolean(), (frames, wanted, isWalked) => {
      const segment = segmentOf(frames);
      const found = framesNaming(
        { ...segment, walk: isWalked ? segment.walk : undefined } as ReadSegment,
        wanted,
      );
      const sequences = found.map(({ sequence }) => sequence);
      const names = (operations: readonly Operation[], isOne: (id: string) => boolean): boolean =>
        operations.some((each) => isOnIssue(each) && isOne(each.id));
      for (const [index, operations] of frames.entries()) {
        if (names(operations, (id) => wanted.has(id))) expect(sequences).toContain(index + 1);
        // An id with an escape in it is looked into.
        else if (isWalked && !names(operations, (id) => JSON.stringify(id) !== `"${id}"`))
          expect(sequences).not.toContain(index + 1);
      }
      expect(sequences).toEqual(sequences.toSorted((left, right) => left - right));
    }),
  );
});
