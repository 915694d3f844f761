import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { currentDirectory, openAt } from "../../../native/file";
import { type FastLog, readLog } from "../../../storage/fast/log";
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
const origin = {
  storeId,
  nextGeneration: 1,
  lastSequence: 0,
  lastChecksum: birthChecksum,
} as SnapshotHeader;

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
  return readLog(openAt(currentDirectory, directory, "directory"), pageOf([frame], 1), origin);
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

describe("a log that others have written on", () => {
  test("is read on behind its end, in the memory that it has or in more, and says what it says when it is read anew", () => {
    for (const length of [10, 10_000]) {
      const [segment, frames] = segmentOf(["First", "Second", "x".repeat(length), "Fourth"]);
      const [before, after] = [pageOf(frames, 2), pageOf(frames, 4)];
      const log = readLog(segment.directory, before, origin).until(after, segment.file);
      const anew = readLog(segment.directory, after, origin);
      for (const each of [log, anew]) {
        expect(each.after(0).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
        expect(each.on("bd-4").map(({ sequence }) => sequence)).toEqual([4]);
      }
      for (const what of ["length", "lastChecksum", "bytes", "salt"] as const)
        expect(log[what]).toEqual(anew[what]);
      expect(log.prefix()).toEqual(anew.prefix());
    }
  });

  test("is not plain any more when one of them has written an escape, and says so", () => {
    const [segment, frames] = segmentOf(["First", "rings\u0007"]);
    const log = readLog(segment.directory, pageOf(frames, 1), origin).until(pageOf(frames, 2), segment.file);
    expect(() => log.on("bd-1")).toThrow("the fast path gives up");
    expect(log.prefix()?.isPlain).toBeFalse();
  });

  test.each<[string, (frames: Uint8Array[]) => void]>([
    ["does not verify", ([, , third]) => third?.set([1], 50)],
    ["does not follow the one before", (frames) => frames.splice(2, 1, frames[3] ?? new Uint8Array())],
    ["is cut off", (frames) => frames.splice(3, 1)],
  ])("is left to the whole program where a frame of theirs %s", (_, change) => {
    const [segment, frames] = segmentOf(["First", "Second", "Third", "Fifth"], change);
    const log = readLog(segment.directory, pageOf(frames, 2), origin);
    expect(() => log.until(pageOf(frames, 4), segment.file)).toThrow("the fast path gives up");
  });

  test("is left to the whole program where the page goes no further, or says another number of frames", () => {
    const [segment, frames] = segmentOf(["First", "Second", "Third"]);
    const log = readLog(segment.directory, pageOf(frames, 2), origin);
    for (const page of [pageOf(frames, 1), pageOf(frames, 2), { ...pageOf(frames, 3), confirmedSequence: 4 }])
      expect(() => log.until(page, segment.file)).toThrow("the fast path gives up");
  });
});

/** A segment with a new issue for each title. Its frames are those that were written, before they were changed. */
function segmentOf(
  titles: readonly string[],
  change: (frames: Uint8Array[]) => void = () => {},
): [{ directory: number; file: number }, Uint8Array[]] {
  const directory = temporaryDirectory("fast-log");
  const header = { storeId, generation: 1, salt, baseSequence: 0, baseChecksum: birthChecksum };
  const frames: Uint8Array[] = [];
  let previousChecksum = birthChecksum;
  for (const [index, title] of titles.entries()) {
    const id = `bd-${index + 1}`;
    const operation = { op: "put", id, line: JSON.stringify({ id, title }) } as const;
    const payload = encodeTransaction({ timeMs: 0, actor: "somebody", command: "q" }, [operation]);
    const kind = frameKind.transaction;
    const { bytes, checksum } = encodeFrame({ sequence: index + 1, previousChecksum, kind, payload }, salt);
    frames.push(bytes);
    previousChecksum = checksum;
  }
  const standing = frames.map((frame) => frame.slice());
  change(standing);
  const path = join(directory, "wal.1");
  writeFileSync(path, Buffer.concat([encodeSegmentHeader(header), ...standing]));
  const opened = { directory: openAt(currentDirectory, directory, "directory"), file: 0 };
  opened.file = openAt(opened.directory, "wal.1", "append");
  return [opened, frames];
}

function pageOf(frames: readonly Uint8Array[], count: number): StatusPage {
  const length = frames.slice(0, count).reduce((sum, frame) => sum + frame.length, 0);
  return {
    storeId,
    generation: 1,
    confirmedOffset: segmentHeaderLength + length,
    confirmedSequence: count,
  } as StatusPage;
}
