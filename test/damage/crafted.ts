import { dataViewOf } from "../../storage/byte-layout";
import { checksum } from "../../storage/checksum";
import { snapshotHeaderLength } from "../../storage/snapshot-format";
import { decodeStatusPage, encodeStatusPage, statusPageLength } from "../../storage/status-page";
import {
  decodeSegmentHeader,
  encodeFrame,
  frameHeaderLength,
  frameKind,
  saltOf,
  segmentHeaderLength,
} from "../../storage/wal-format";
import { segmentStart, walkFrames } from "../../storage/wal-reader";
import type { SimulatedWorld } from "../helpers/simulated-world";
import { lockPath, put } from "./damages";
import { bytesOf, fileOf } from "./specimen";

/** What no damage makes: bytes of another program, every checksum right. */
export interface Crafted {
  readonly name: string;
  /** What every command has to say to it that looks at it. */
  readonly code: "CORRUPT" | "UNSUPPORTED";
  /** It is a transaction's text, in a frame that verifies: who needs nothing of it does not look into it. */
  readonly isText: boolean;
  /** Whether a repair may take it away; otherwise it has to leave the store as it is. */
  readonly isRepaired: boolean;
  craft(world: SimulatedWorld): void;
}

const newer = (name: string, craft: Crafted["craft"]): Crafted => ({
  name,
  code: "UNSUPPORTED",
  isText: false,
  isRepaired: false,
  craft,
});
const wrong = (name: string, craft: Crafted["craft"]): Crafted => ({
  name,
  code: "CORRUPT",
  isText: false,
  isRepaired: true,
  craft,
});
const text = (crafted: Crafted): Crafted => ({ ...crafted, isText: true });
const transaction = (operations: unknown): string =>
  JSON.stringify({ time: 1, actor: "other", command: "other", operations });

/** Of the last segment, which the status page confirms with what was added. */
export const crafted: readonly Crafted[] = [
  newer("a frame of a kind that is not known", (world) => addFrame(world, { kind: 3 })),
  newer("a frame with a flag that is not known", (world) => addFrame(world, { flags: 1 })),
  text(
    newer("an operation that is not known", (world) =>
      addFrame(world, { payload: transaction([{ op: "later" }]) }),
    ),
  ),
  newer("a segment of format 2", (world) =>
    setVersion(world, "store/wal.6", { length: segmentHeaderLength, sumAt: 72 }),
  ),
  newer("a sealed segment of format 2", (world) =>
    setVersion(world, "store/wal.5", { length: segmentHeaderLength, sumAt: 72 }),
  ),
  newer("a snapshot of format 2", (world) =>
    setVersion(world, "store/snapshot", { length: snapshotHeaderLength, sumAt: 120 }),
  ),
  newer("a status page of format 2", (world) =>
    setVersion(world, lockPath, { length: statusPageLength, sumAt: 120 }),
  ),
  wrong("a sequence that jumps", (world) => addFrame(world, { sequence: (last) => last + 2n })),
  wrong("a sequence that was there", (world) => addFrame(world, { sequence: (last) => last })),
  wrong("the sequence 2^64 - 1", (world) => addFrame(world, { sequence: () => 0xffff_ffff_ffff_ffffn })),
  wrong("the sequence 2^53", (world) => addFrame(world, { sequence: () => 1n << 53n })),
  wrong("a frame that links to none before it", (world) => addFrame(world, { link: 7 })),
  wrong("a frame of 4 GiB", (world) => addFrame(world, { length: 0xffff_ffff })),
  wrong("a frame of 1 GiB", (world) => addFrame(world, { length: 1 << 30 })),
  text(wrong("a frame without JSON", (world) => addFrame(world, { payload: "{" }))),
  text(wrong("a frame that holds null", (world) => addFrame(world, { payload: "null" }))),
  text(wrong("a frame without operations", (world) => addFrame(world, { payload: transaction(undefined) }))),
  text(
    wrong("an operation without its parts", (world) =>
      addFrame(world, { payload: transaction([{ op: "put" }]) }),
    ),
  ),
  text(wrong("an operation that is a number", (world) => addFrame(world, { payload: transaction([7]) }))),
];

/** What another program says of an issue that it alone knows: a repair leaves it in the record. */
export const unknownChange = text(
  wrong("a change of an issue that does not exist", (world) =>
    addFrame(world, { payload: transaction([{ op: "change", id: "t-unknown", at: 1 }]) }),
  ),
);

interface FrameParts {
  readonly kind?: number;
  readonly flags?: number;
  readonly payload?: string;
  readonly link?: number;
  readonly length?: number;
  readonly sequence?: (last: bigint) => bigint;
}

/** Behind the last frame, and confirmed by the page. */
function addFrame(world: SimulatedWorld, parts: FrameParts): void {
  const segment = bytesOf(world, "store/wal.6");
  const header = decodeSegmentHeader(segment);
  const salt = saltOf(segment);
  if (typeof header !== "object" || salt === undefined) throw new Error("the segment does not verify");
  const { end } = walkFrames(segment, 0, salt, segmentStart(header));
  const { bytes } = encodeFrame(
    {
      sequence: end.sequence + 1,
      previousChecksum: end.checksum,
      kind: parts.kind ?? frameKind.transaction,
      payload: new TextEncoder().encode(parts.payload ?? transaction([])),
    },
    salt,
  );
  const view = dataViewOf(bytes);
  if (parts.flags !== undefined) view.setUint16(22, parts.flags, true);
  if (parts.link !== undefined) view.setUint32(16, parts.link, true);
  if (parts.length !== undefined) view.setUint32(4, parts.length, true);
  if (parts.sequence !== undefined) view.setBigUint64(8, parts.sequence(BigInt(end.sequence)), true);
  view.setBigUint64(24, frameSum(bytes, salt), true);
  put(world, "store/wal.6", end.offset, bytes);
  const page = decodeStatusPage(fileOf(world, lockPath).read(0, statusPageLength));
  if (page === undefined) return;
  const [confirmedOffset, confirmedSequence] = [end.offset + bytes.length, end.sequence + 1];
  put(world, lockPath, 0, encodeStatusPage({ ...page, confirmedOffset, confirmedSequence }));
}

/** As `docs/storage-format.md` says it. */
function frameSum(bytes: Uint8Array, salt: Uint8Array): bigint {
  const keyed = Buffer.concat([salt.subarray(8), bytes.subarray(0, 24)]);
  return checksum(bytes.subarray(frameHeaderLength), checksum(keyed, dataViewOf(salt).getBigUint64(0, true)));
}

function setVersion(
  world: SimulatedWorld,
  file: string,
  { length, sumAt }: { length: number; sumAt: number },
): void {
  const header = fileOf(world, file).read(0, length);
  const view = dataViewOf(header);
  view.setUint32(8, 2, true);
  view.setBigUint64(sumAt, checksum(header.subarray(0, sumAt)), true);
  put(world, file, 0, header);
}
