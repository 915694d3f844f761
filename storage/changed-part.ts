import { blockSum, contentBlockLength } from "./face-content";
import type { OpenFile } from "./file-system";
import { lineFeedByte } from "./line-window";

type Readable = Pick<OpenFile, "read" | "readInto">;

/** A content as it was signed. */
export interface SignedContent {
  readonly size: number;
  readonly blocks: BigUint64Array;
}

/** The lines of a file that may be other than what was signed, and perhaps some around them. */
export interface ChangedPart {
  readonly lines: Uint8Array;
  /** The sums of the whole file; undefined where nobody will sign it. */
  readonly blocks: readonly bigint[] | undefined;
}

/**
 * What somebody has changed in a file since it was signed, which is read once for that: its first blocks are what they were, and so are its last ones, as many bytes further on as it has
 * grown. Only what lies between is read again.
 *
 * What is signed in the end was found to be the same, or is among the lines, in the very reading that it was summed in.
 *
 * @param size of the file when it was opened
 * @returns undefined where it cannot be told like this: too much lies between, or somebody is writing to the file
 */
export function findChangedPart(
  file: Readable,
  size: number,
  signed: SignedContent,
  isSummed: boolean,
  { blockLength, partLimit } = { blockLength: contentBlockLength, partLimit: usualPartLimit },
): ChangedPart | undefined {
  const front = countSameInFront(file, size, signed, blockLength);
  if (front === undefined) return undefined;
  if (front * blockLength >= size && size === signed.size)
    return { lines: new Uint8Array(0), blocks: [...signed.blocks] };
  const tail = readTail(file, size, signed, { front, isSummed, blockLength });
  if (tail === undefined) return undefined;
  // Of whole blocks; and one on either side, for the lines that begin or end there.
  const behind = Math.ceil(tail.start / blockLength);
  const first = Math.max(0, front - 1);
  const from = first * blockLength;
  const to = Math.min(size, (behind + 1) * blockLength);
  if (to - from > partLimit) return undefined;
  const bytes = file.read(from, to - from);
  if (bytes.length < to - from) return undefined;
  const lines = linesAround(bytes, front * blockLength - from, behind * blockLength - from, {
    isFromStart: from === 0,
    isToEnd: to === size,
  });
  if (lines === undefined || !isSummed) return lines && { lines, blocks: undefined };
  const sums: bigint[] = [];
  for (let at = 0; at < bytes.length; at += blockLength)
    sums.push(blockSum(bytes.subarray(at, at + blockLength)));
  // What is not among the lines must still be what it was in the first reading.
  if (first < front && sums[0] !== signed.blocks[first]) return undefined;
  if (sums[behind - first] !== tail.sums.get(behind)) return undefined;
  const blocks = [...signed.blocks.subarray(0, first), ...sums];
  for (let at = blocks.length; at * blockLength < size; at += 1) {
    const sum = tail.sums.get(at);
    if (sum === undefined) throw new RangeError(`block ${at} was not summed`);
    blocks.push(sum);
  }
  return { lines, blocks };
}

/** How many blocks in front are what they were; undefined where the file ends too early. */
function countSameInFront(
  file: Readable,
  size: number,
  signed: SignedContent,
  blockLength: number,
): number | undefined {
  const memory = new Uint8Array(blockLength);
  let count = 0;
  for (let offset = 0; offset < size; offset += blockLength) {
    const block = memory.subarray(0, Math.min(blockLength, size - offset));
    if (file.readInto(offset, block) < block.length) return undefined;
    const isAsLong = block.length === Math.min(blockLength, signed.size - offset);
    if (!isAsLong || blockSum(block) !== signed.blocks[count]) break;
    count += 1;
  }
  return count;
}

interface Tail {
  /** From here on everything is what it was. */
  readonly start: number;
  /** Of the blocks of the file as it is now, by their number, at least of those behind the start. */
  readonly sums: ReadonlyMap<number, bigint>;
}

/** Reads the blocks as they were, where they are now. */
function readTail(
  file: Readable,
  size: number,
  signed: SignedContent,
  { front, isSummed, blockLength }: { front: number; isSummed: boolean; blockLength: number },
): Tail | undefined {
  const grown = size - signed.size;
  const first = Math.max(front, Math.ceil(front - grown / blockLength));
  const position = first * blockLength + grown;
  // Of the file as it is: the first block that begins here or behind, and how far behind.
  let number = Math.ceil(position / blockLength);
  const lead = number * blockLength - position;
  // The second half is the block that is read; the end of the one before stands in front of it. Bytes lie as far into a page here as there: copied otherwise, they can take ten times as
  // long, where what is read seems to the processor to wait for what was just written.
  const memory = new Uint8Array(2 * blockLength + pageLength).subarray(position % pageLength);
  const sums = new Map<number, bigint>();
  let start: number | undefined;
  for (let at = first; at < signed.blocks.length; at += 1) {
    const length = Math.min(blockLength, signed.size - at * blockLength);
    const block = memory.subarray(blockLength, blockLength + length);
    if (file.readInto(at * blockLength + grown, block) < length) return undefined;
    const sum = blockSum(block);
    if (sum !== signed.blocks[at]) start = undefined;
    else start ??= at * blockLength + grown;
    if (!isSummed) continue;
    if (lead === 0) sums.set(number++, sum);
    else {
      if (at > first)
        sums.set(number++, blockSum(memory.subarray(lead, Math.min(lead, length) + blockLength)));
      if (at === signed.blocks.length - 1 && length > lead)
        sums.set(number++, blockSum(memory.subarray(blockLength + lead, blockLength + length)));
      memory.copyWithin(lead, blockLength + lead);
    }
  }
  return { start: start ?? size, sums };
}

/**
 * The lines of which a byte stands between `from` and `to`, and the one that `to` is in: where the part behind it began before, it may have been in the middle of a line. Undefined where
 * one goes on beyond what is here.
 */
function linesAround(
  bytes: Uint8Array,
  from: number,
  to: number,
  { isFromStart, isToEnd }: { isFromStart: boolean; isToEnd: boolean },
): Uint8Array | undefined {
  const before = from > 0 ? bytes.lastIndexOf(lineFeedByte, from - 1) : -1;
  const behind = to < bytes.length ? bytes.indexOf(lineFeedByte, to) : -1;
  if ((before === -1 && !isFromStart) || (behind === -1 && !isToEnd)) return undefined;
  return bytes.subarray(before + 1, behind === -1 ? bytes.length : behind + 1);
}

const pageLength = 4096;

/** Reading more than this at once takes more than comparing it piece by piece. */
const usualPartLimit = 16 * 1024 * 1024;
