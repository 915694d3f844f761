import fc from "fast-check";
import { createIssue } from "../../model/create-issue";
import { BzError } from "../../model/errors";
import { emptySource } from "../../model/issue-source";
import { parseOperation } from "../../model/operation-shape";
import { State } from "../../model/state";
import { checksum } from "../../storage/checksum";
import { fullAllowance } from "../../storage/export-budget";
import { decodeSignature, signatureLength } from "../../storage/face-signature";
import { encodeSignature } from "../../storage/face-signing";
import type { Directory } from "../../storage/file-system";
import { decodeTransaction } from "../../storage/logged-transaction";
import { openSnapshot } from "../../storage/snapshot";
import { verifySnapshot } from "../../storage/snapshot-verification";
import { writeSnapshot } from "../../storage/snapshot-writer";
import {
  decodeStatusPage,
  encodeStatusPage,
  lockFileLength,
  statusPageLength,
} from "../../storage/status-page";
import { encodeTransaction } from "../../storage/transaction";
import {
  decodeFrame,
  decodeSegmentHeader,
  encodeFrame,
  frameKind,
  segmentHeaderLength,
} from "../../storage/wal-format";
import { hasFrameBeyond, segmentStart, walkFrames } from "../../storage/wal-reader";
import { readWalState } from "../../storage/wal-state";
import { beadsPath, SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { anyJson } from "../model/samples";
import { saltOf, smallSegment } from "../storage/segment-samples";
import { claim, claimEqual, damaged, damagedBytes, latin1, type Target } from "./target";

const sixteen = Uint8Array.from({ length: 16 }, (_, index) => index);
const origin = { storeId: sixteen, nextGeneration: 3, lastSequence: 8, lastChecksum: 7n, prefix: "bd" };
const snapshotBytes = madeSnapshot(["bd-1", "bd-2", "bd-é3"]);
const segment = smallSegment();

function emptyDirectory(): { store: Directory; world: SimulatedWorld } {
  const world = SimulatedWorld.withWorkspace();
  const store = world.start().environment.fileSystem.openDirectory(beadsPath);
  if (store === undefined) throw new Error("the workspace is there");
  return { store, world };
}

function madeSnapshot(ids: readonly string[]): Uint8Array {
  const { store, world } = emptyDirectory();
  const lines = ids.map((id, at) => ({
    id,
    bytes: new TextEncoder().encode(line(id, `Title ${at}`)),
    version: at,
  }));
  writeSnapshot(store.create("snapshot", 0o600), origin, lines, [
    { type: "memory", key: "k", value: "v", at: 1, by: "ann" },
  ]);
  return world.file("snapshot")?.read(0, 1 << 20) ?? new Uint8Array(0);
}

/** What the reader of one of bz's own files answers; undefined when it names the damage. Everything else it throws is a finding. */
function unlessDamaged<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof BzError && ["CORRUPT", "INVALID", "UNSUPPORTED"].includes(error.code))
      return undefined;
    throw error;
  }
}

/** Operations as a program that is not bz, or a hostile one, could write them, with the right checksums. */
const operationSamples = [
  ...[createIssue({ title: "T" }, { id: "bd-1", nowMs: 1_767_323_045_000, actor: "ann" })],
  {
    op: "change",
    id: "bd-1",
    at: 1_767_323_046_000,
    set: { title: "U" },
    labels: { a: true },
    work: { status: "closed", reopens: 1 },
  },
  {
    op: "change",
    id: "bd-1",
    at: 1_767_323_047_000,
    edges: [{ present: true, depends_on_id: "bd-2", type: "blocks", created_at: "x" }],
  },
  {
    op: "change",
    id: "bd-1",
    at: 2,
    comments: [{ id: "7", present: true, text: "c", author: "a", created_at: "2026-01-01T00:00:00Z" }],
    claim: { assignee: "ann" },
  },
  { op: "take", id: "bd-1", line: line("bd-1", "T") },
  { op: "purge", id: "bd-1", at: 5 },
  { op: "record", type: "memory", key: "k", value: "v", at: 4, by: "ann" },
  { op: "entry", kind: "note" },
  { op: "gone" },
].map((operation) => JSON.stringify(operation));
const operationPieces = [
  '"op":',
  '"id":',
  '"at":',
  '"set":',
  '"labels":',
  '"edges":',
  '"work":',
  '"comments":',
  "bd-1",
  "{}",
  "[]",
  "1e300",
  '"closed"',
];

export const byteTargets: readonly Target[] = [
  {
    name: "bytes of a status page",
    inputs: damagedBytes([encodedPage()]),
    check(text) {
      const page = decodeStatusPage(latin1(text));
      if (page === undefined) return;
      claimEqual(
        encodeStatusPage(page),
        latin1(text).subarray(0, statusPageLength),
        "a page that was read is written otherwise",
      );
    },
  },
  {
    name: "bytes of a lock file",
    inputs: damagedBytes([new Uint8Array(lockFileLength), new Uint8Array(lockFileLength).fill(1)]),
    check(text) {
      const { store } = emptyDirectory();
      const file = store.create("lock", 0o600);
      file.append(latin1(text));
      const state = readWalState(file, { id: 7, isAlive: () => true, startTime: () => 7 });
      claim((state === undefined) === text.length < lockFileLength, "a whole file is no state");
      const metrics = state?.metrics();
      claim(JSON.stringify(metrics ?? null) !== undefined, "there are no figures");
      claim((state?.waiting() ?? 0) >= 0, "fewer than nobody waits");
    },
  },
  {
    name: "bytes of a segment",
    inputs: damagedBytes([segment.bytes, segment.bytes.subarray(0, segmentHeaderLength)]),
    check(text) {
      const bytes = latin1(text);
      const header = decodeSegmentHeader(bytes);
      const [salt, start] =
        header === undefined || header === "newer"
          ? [saltOf(segment.bytes), segment.start]
          : [header.salt, segmentStart(header)];
      const { frames, end, hasRest } = walkFrames(bytes, 0, salt, start);
      for (const [at, frame] of frames.entries()) {
        claimEqual(frame.sequence, start.sequence + at + 1, "a sequence is left out");
        claim(frame.offset + frame.payload.length <= bytes.length, "a frame reaches beyond its file");
        const known = segment.frames[at];
        claim(
          known === undefined || Bun.deepEquals(known.payload, frame.payload),
          "a damaged frame was read as a whole one",
        );
      }
      claim(
        end.offset <= Math.max(bytes.length, start.offset) &&
          (hasRest || end.offset >= bytes.length || bytes.length < start.offset),
        "bytes are passed over",
      );
      hasFrameBeyond(bytes, end.offset, salt);
      for (const offset of [0, 1, segmentHeaderLength, bytes.length]) decodeFrame(bytes, offset, salt);
    },
  },
  {
    name: "bytes of a snapshot",
    inputs: damagedBytes([snapshotBytes, madeSnapshot([])]),
    check(text) {
      const { store } = emptyDirectory();
      store.create("snapshot", 0o600).append(latin1(text));
      const snapshot = unlessDamaged(() => openSnapshot(store));
      if (snapshot === undefined) return;
      let isWhole = false;
      unlessDamaged(() => {
        verifySnapshot(snapshot);
        isWhole = true;
      });
      for (const id of ["bd-1", "bd-2", "bd-é3", "bd-9"]) {
        const read = unlessDamaged(() => snapshot.line(id));
        claim(
          read === undefined || read === line(id, `Title ${["bd-1", "bd-2", "bd-é3"].indexOf(id)}`),
          "a damaged line was read as a whole one",
        );
      }
      unlessDamaged(() => snapshot.records());
      const same = [snapshotBytes, madeSnapshot([])].some((one) => Bun.deepEquals(one, latin1(text)));
      claim(!isWhole || same, "damage was not noticed");
    },
  },
  {
    name: "operations of a log",
    inputs: fc.oneof(
      damaged(operationSamples, operationPieces),
      fc
        .tuple(
          fc.constantFrom(...operationSamples),
          fc.constantFrom(
            "id",
            "at",
            "set",
            "labels",
            "edges",
            "work",
            "line",
            "comments",
            "claim",
            "parent",
            "state",
            "result",
            "key",
            "value",
          ),
          anyJson,
        )
        .map(([sample, key, value]) => JSON.stringify({ ...JSON.parse(sample), [key]: value })),
    ),
    check(text) {
      const { salt, previousChecksum } = {
        salt: saltOf(segment.bytes),
        previousChecksum: segment.start.checksum,
      };
      const payload = new TextEncoder().encode(`{"time":1,"actor":"a","command":"c","operations":[${text}]}`);
      const { bytes } = encodeFrame(
        { sequence: segment.start.sequence + 1, previousChecksum, kind: frameKind.transaction, payload },
        salt,
      );
      const [frame] = walkFrames(
        new Uint8Array(Buffer.concat([segment.bytes.subarray(0, segmentHeaderLength), bytes])),
        0,
        salt,
        segment.start,
      ).frames;
      if (frame === undefined) throw new Error("a frame that was written is not read");
      const transaction = unlessDamaged(() => decodeTransaction(frame));
      if (transaction === undefined) return;
      for (const operation of transaction.operations)
        claimEqual(
          parseOperation(JSON.parse(JSON.stringify(operation))),
          operation,
          "an operation is not read as it is written",
        );
      const { operations, ...info } = transaction;
      claimEqual(
        JSON.parse(new TextDecoder().decode(encodeTransaction(info, operations))).operations,
        operations,
        "a transaction is not written as it was read",
      );
      const state = new State(emptySource);
      state.apply(createIssue({ title: "T" }, { id: "bd-1", nowMs: 1_767_323_045_000, actor: "ann" }), 1);
      for (const operation of operations) unlessDamaged(() => state.apply(operation, 2));
      for (const id of state.ids()) unlessDamaged(() => state.issue(id));
    },
  },
  {
    name: "signature of a face",
    inputs: damagedBytes([encodedSignature()]),
    check(text) {
      const body = latin1(text).slice(0, signatureLength - 8);
      const sum = new Uint8Array(8);
      new DataView(sum.buffer).setBigUint64(0, checksum(body), true);
      // Whatever it says, it was written as it is.
      const bytes = Uint8Array.from([...body, ...sum]);
      const signature = decodeSignature(bytes);
      if (signature === undefined) return;
      claimEqual(encodeSignature(signature), bytes, "a signature that was read is written otherwise");
    },
  },
];

function encodedPage(): Uint8Array {
  return encodeStatusPage({
    bootId: sixteen,
    storeId: sixteen,
    device: 2049n,
    inode: 5n,
    generation: 3,
    confirmedOffset: 4711,
    confirmedSequence: 12,
    sealed: false,
    unproven: false,
    mount: 0,
    prefix: { offset: 4000, lastSequence: 11, lastChecksum: 3n, checksum: 4n, isPlain: true },
  });
}

function encodedSignature(): Uint8Array {
  return encodeSignature({
    storeId: sixteen,
    bootId: sixteen,
    file: { device: 1n, inode: 2n, size: 3, modifiedNs: 4n, changedNs: 5n },
    contentChecksum: 6n,
    takenMs: 1,
    sequence: 2,
    content: "plain",
    allowance: fullAllowance,
  });
}
