import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { currentDirectory, openAt } from "../../../native/file";
import { FastLog } from "../../../storage/fast/log";
import type { SnapshotHeader } from "../../../storage/snapshot-format";
import type { StatusPage } from "../../../storage/status-page";
import { encodeTransaction } from "../../../storage/transaction";
import {
  birthChecksum,
  encodeFrame,
  encodeSegmentHeader,
  frameHeaderLength,
  frameKind,
  segmentHeaderLength,
} from "../../../storage/wal-format";
import { temporaryDirectory } from "../../helpers/workspace";

const salt = Uint8Array.from({ length: 16 }, (_, index) => index);
const storeId = salt;

/** The frame of a new issue, the only one of its log. */
function frameOf(title: string, timeMs: number): Uint8Array {
  const line = JSON.stringify({ id: "bd-1", title });
  const info = { timeMs, actor: "somebody", command: "q" };
  const payload = encodeTransaction(info, [{ op: "put", id: "bd-1", line }]);
  const content = { sequence: 1, previousChecksum: birthChecksum, kind: frameKind.transaction, payload };
  return encodeFrame(content, salt).bytes;
}

function logOf(frame: Uint8Array): FastLog {
  const directory = temporaryDirectory("fast-log");
  const header = { storeId, generation: 1, salt, baseSequence: 0, baseChecksum: birthChecksum };
  writeFileSync(join(directory, "wal.1"), Buffer.concat([encodeSegmentHeader(header), frame]));
  const page = {
    storeId,
    generation: 1,
    confirmedOffset: segmentHeaderLength + frame.length,
    confirmedSequence: 1,
  } as StatusPage;
  const origin = {
    storeId,
    nextGeneration: 1,
    lastSequence: 0,
    lastChecksum: birthChecksum,
  } as SnapshotHeader;
  return new FastLog(openAt(currentDirectory, directory, "directory"), page, origin);
}

const byNumber = Buffer.from("\\u");

test("a log is searched although a checksum in it looks like the beginning of an escape", () => {
  let timeMs = 0;
  let frame = frameOf("A title", timeMs);
  while (!Buffer.from(frame.subarray(0, frameHeaderLength)).includes(byNumber)) {
    timeMs += 1;
    frame = frameOf("A title", timeMs);
  }
  const log = logOf(frame);
  expect(log.on("bd-1").map(({ sequence }) => sequence)).toEqual([1]);
  expect(log.prefix()?.isPlain).toBeTrue();
});

test("what stands behind a sequence is read, and nothing where that is the last one", () => {
  const log = logOf(frameOf("A title", 0));
  const ids = (sequence: number) =>
    log.after(sequence).map(({ operations }) => operations.map((each) => "id" in each && each.id));
  expect([0, 1].map(ids)).toEqual([[["bd-1"]], []]);
});

test("a log with an escape in a payload is left to the whole program", () => {
  const log = logOf(frameOf("A title that rings\u0007", 0));
  expect(() => log.on("bd-1")).toThrow("the fast path gives up");
  expect(log.prefix()?.isPlain).toBeFalse();
});
