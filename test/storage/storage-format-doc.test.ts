import { describe, expect, test } from "bun:test";
import { checksum } from "../../storage/checksum";
import { decodeSignature } from "../../storage/face-signature";
import { encodeSignature } from "../../storage/face-signing";
import {
  decodeSnapshotHeader,
  decodeSnapshotTrailer,
  fenceEntryAt,
  fenceEntryLength,
  leafEntryAt,
  leafEntryLength,
  snapshotTrailerLength,
} from "../../storage/snapshot-format";
import { decodeRecords } from "../../storage/snapshot-records";
import { decodeSectionTable } from "../../storage/snapshot-sections";
import { SortedEntries } from "../../storage/sorted-entries";
import { decodeStatusPage } from "../../storage/status-page";
import { decodeFrame, decodeSegmentHeader, frameHeaderLength } from "../../storage/wal-format";

const page = await Bun.file(`${import.meta.dir}/../../docs/storage-format.md`).text();
const storeId = Uint8Array.from({ length: 16 }, (_, index) => index);

function example(name: string): Uint8Array {
  const block = new RegExp(`\`\`\`hex ${name}\\n([0-9a-f \\n]+)\`\`\``).exec(page)?.[1];
  if (block === undefined) throw new Error(`docs/storage-format.md has no example of a ${name}`);
  return Uint8Array.from(block.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16));
}

describe("the example bytes of docs/storage-format.md", () => {
  const segment = decodeSegmentHeader(example("segment-header"));
  const salt = Uint8Array.from({ length: 16 }, (_, index) => 0xf0 + index);

  test("the segment header is read as the page describes it", () => {
    expect(segment).toEqual({
      storeId,
      generation: 2,
      salt,
      baseSequence: 7,
      baseChecksum: 0x1122334455667788n,
    });
  });

  test("the frame verifies in that segment, follows its base and holds a transaction", () => {
    const bytes = example("frame");
    const frame = decodeFrame(bytes, 0, salt);
    expect(frame).toMatchObject({
      sequence: 8,
      link: 0x55667788,
      kind: 1,
      payloadLength: bytes.length - frameHeaderLength,
    });
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(frameHeaderLength)))).toEqual({
      time: 1764000000000,
      actor: "ann",
      command: "q",
      operations: [],
    });
  });

  test("the frame does not verify under another salt", () => {
    expect(decodeFrame(example("frame"), 0, new Uint8Array(16))).toBeUndefined();
  });

  test("the status page confirms the end of that frame", () => {
    expect(decodeStatusPage(example("status-page"))).toMatchObject({
      storeId,
      device: 0xfe00n,
      inode: 4711n,
      generation: 2,
      confirmedOffset: 80 + example("frame").length,
      confirmedSequence: 8,
      sealed: false,
      unproven: false,
    });
  });

  test("the signature of a face verifies", () => {
    const signature = decodeSignature(example("face-signature"));
    expect(signature).toMatchObject({
      storeId,
      sequence: 8,
      content: "plain",
      contentChecksum: 0x1122_3344_5566_7788n,
    });
    expect(signature && encodeSignature(signature)).toEqual(example("face-signature"));
  });

  test("the records verify and hold what an agent remembers", () => {
    expect(decodeRecords(example("records"))).toEqual([
      { type: "memory", key: "db", value: "Postgres 16", at: 1_764_000_000_000, by: "ann" },
    ]);
  });

  test("the header of a delta is read as the page describes it", () => {
    expect(decodeSnapshotHeader(example("delta-header"))).toMatchObject({
      nextGeneration: 4,
      lastSequence: 9,
      count: 1,
      prefix: "",
      over: { base: 0x0123_4567_89ab_cdefn, count: 2 },
    });
  });

  test("the snapshot leads from its trailer over fence and leaf to its one line", () => {
    const bytes = example("snapshot");
    const header = decodeSnapshotHeader(bytes);
    if (typeof header !== "object") throw new Error("the header does not verify");
    expect(header).toMatchObject({ nextGeneration: 3, lastSequence: 8, count: 1, prefix: "bd" });
    const trailer = decodeSnapshotTrailer(bytes.subarray(bytes.length - snapshotTrailerLength));
    if (trailer === undefined) throw new Error("the trailer does not verify");
    const tableAt = bytes.length - snapshotTrailerLength - trailer.tableLength;
    const table = bytes.subarray(tableAt, bytes.length - snapshotTrailerLength);
    const fenceAt = 128 + header.linesLength + header.leavesLength;
    const fenceBytes = bytes.subarray(fenceAt, fenceAt + header.fenceLength);
    expect(trailer).toMatchObject({
      fileLength: bytes.length,
      fenceChecksum: checksum(fenceBytes),
      tableChecksum: checksum(table),
    });
    const sections = decodeSectionTable(table, fenceAt + header.fenceLength, tableAt) ?? [];
    expect(sections.map(({ kind, rulesVersion, length }) => [kind, rulesVersion, length])).toEqual([
      ["dependents", 3, 20],
      ["columns", 1, 108],
      ["heads", 2, 0],
      ["words", 1, 0],
    ]);
    const fence = SortedEntries.of(fenceBytes, 1, fenceEntryLength);
    if (fence === undefined) throw new Error("the fence does not add up");
    expect(fence.ids()).toEqual(["bd-1a2b"]);
    const { offset, length, checksum: expected } = fenceEntryAt(fence, 0);
    expect(checksum(bytes.subarray(offset, offset + length))).toBe(expected);
    const leaf = SortedEntries.of(bytes.subarray(offset, offset + length), 1, leafEntryLength);
    if (leaf === undefined) throw new Error("the leaf does not add up");
    const entry = leafEntryAt(leaf, 0, leaf.idAt(0));
    const line = bytes.subarray(entry.offset, entry.offset + entry.length);
    expect(checksum(line)).toBe(entry.checksum);
    expect(entry).toMatchObject({ id: "bd-1a2b", version: 8 });
    expect(JSON.parse(new TextDecoder().decode(line))).toEqual({ id: "bd-1a2b", title: "One" });
  });
});
