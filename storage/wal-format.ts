import { zeros } from "../native/bytes";
import { encoder } from "../native/utf8";
import { dataViewOf, hasMagic, longsOf, setUint53At, uint53At, wordsOf, writeUint53 } from "./byte-layout";
import { checksum } from "./checksum";

/**
 * The bytes of a log segment: one header, then frames back to back, each of them one transaction. All integers are little-endian.
 * `docs/storage-format.md` has the same tables in prose; a test parses its example bytes with this file.
 *
 *   segment header, 80 bytes              frame, 32 bytes and the payload
 *    0  magic "BZWAL\r\n\x1a"              0  magic "bzfr"
 *    8  u32 format version                 4  u32 payload length
 *   12  u32 header length                  8  u64 sequence
 *   16  store id, 16 bytes                16  u32 link: low half of the previous frame's checksum
 *   32  u64 generation                    20  u16 kind
 *   40  salt, 16 bytes                    22  u16 flags, zero
 *   56  u64 base sequence                 24  u64 checksum
 *   64  u64 checksum of the base frame    32  payload
 *   72  u64 checksum of bytes 0 to 71
 *
 * A frame's checksum covers every other byte of its header and the payload and is keyed by the segment's salt: XXH64 of the
 * salt's second half and header bytes 0 to 23, seeded with the salt's first half, seeds XXH64 of the payload. So a frame of another
 * segment, or of an earlier life of this file, never verifies here.
 */
export const segmentHeaderLength = 80;
export const frameHeaderLength = 32;
export const frameLengthOffset = 4;
export const frameKindOffset = 20;
export const formatVersion = 1;
/** Lengths above this are refused before anything is allocated. */
export const frameLengthLimit = 1 << 30;

export const frameKind = { transaction: 1, purged: 2 } as const;

/** What the first frame of a store links to, and the first one after a repair: such a segment continues nothing. */
export const birthChecksum = 0n;

const segmentMagic = encoder.encode("BZWAL\r\n\x1a");
const frameMagic = 0x72667a62;

export interface SegmentHeader {
  readonly storeId: Uint8Array;
  readonly generation: number;
  readonly salt: Uint8Array;
  /** The last sequence before this segment, and that frame's checksum: what the first frame links to. */
  readonly baseSequence: number;
  readonly baseChecksum: bigint;
}

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(segmentHeaderLength);
  const view = dataViewOf(bytes);
  bytes.set(segmentMagic, 0);
  view.setUint32(8, formatVersion, true);
  view.setUint32(12, segmentHeaderLength, true);
  bytes.set(header.storeId, 16);
  writeUint53(view, 32, header.generation);
  bytes.set(header.salt, 40);
  writeUint53(view, 56, header.baseSequence);
  view.setBigUint64(64, header.baseChecksum, true);
  view.setBigUint64(72, checksum(bytes.subarray(0, 72)), true);
  return bytes;
}

/** The header at the start of `bytes`; "newer" when a later format wrote it, undefined when it does not verify. */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | "newer" | undefined {
  if (bytes.length < segmentHeaderLength || !hasMagic(bytes, 0, segmentMagic)) return undefined;
  const words = wordsOf(bytes);
  const longs = longsOf(bytes);
  if (longs[9] !== checksum(bytes.subarray(0, 72))) return undefined;
  if (words[2] !== formatVersion) return "newer";
  return {
    storeId: bytes.slice(16, 32),
    generation: uint53At(words, 8),
    salt: bytes.slice(40, 56),
    baseSequence: uint53At(words, 14),
    baseChecksum: longs[8] ?? 0n,
  };
}

/** The salt of a segment whose header need not verify; undefined when the file ends before it. */
export function saltOf(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.length < segmentHeaderLength ? undefined : bytes.slice(40, 56);
}

export interface FrameHeader {
  readonly payloadLength: number;
  readonly sequence: number;
  readonly link: number;
  readonly kind: number;
  readonly checksum: bigint;
}

export interface FrameContent {
  readonly sequence: number;
  /** Checksum of the frame before; only its low half is stored. */
  readonly previousChecksum: bigint;
  readonly kind: number;
  readonly payload: Uint8Array;
}

/**
 * The frame's bytes, and the checksum that the next frame links to. A payload above the limit would be written and then read by nobody; whoever makes
 * one refuses it with an error for the user long before this.
 */
export function encodeFrame(
  content: FrameContent,
  salt: Uint8Array,
): { bytes: Uint8Array; checksum: bigint } {
  const { payload } = content;
  if (payload.length > frameLengthLimit)
    throw new RangeError(`a frame of ${payload.length} bytes could not be read back`);
  const bytes = frameAround(payload);
  const header = bytes.subarray(0, frameHeaderLength);
  const words = wordsOf(header);
  words[0] = frameMagic;
  words[1] = payload.length;
  setUint53At(words, 2, content.sequence);
  words[4] = linkTo(content.previousChecksum);
  words[5] = content.kind;
  const sum = frameChecksum(header, payload, salt);
  longsOf(header)[3] = sum;
  return { bytes, checksum: sum };
}

/** Memory of payloads that stand behind room for the header of their frame. */
let withRoom: WeakSet<ArrayBufferLike> | undefined;

/** Memory for a payload, whose frame is made there without a copy. */
export function payloadMemory(length: number): Uint8Array {
  const { buffer } = new Uint8Array(frameHeaderLength + length);
  withRoom ??= new WeakSet();
  withRoom.add(buffer);
  return new Uint8Array(buffer, frameHeaderLength);
}

function frameAround(payload: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = payload;
  if (byteOffset === frameHeaderLength && withRoom?.has(buffer) === true)
    return new Uint8Array(buffer, 0, frameHeaderLength + length);
  const bytes = zeros(frameHeaderLength + length);
  bytes.set(payload, frameHeaderLength);
  return bytes;
}

/**
 * The header of the frame at `offset`, undefined when its bytes are cut short, do not verify or break a limit. Verifies the checksum over the
 * payload too; the caller compares sequence and link with the frame before.
 */
export function decodeFrame(bytes: Uint8Array, offset: number, salt: Uint8Array): FrameHeader | undefined {
  const { starts } = verifyFrames(bytes, offset, salt, { most: 1 });
  return starts.length === 0 ? undefined : frameHeaderAt(bytes, offset);
}

/** Of a frame that verifies. */
export function frameHeaderAt(bytes: Uint8Array, offset: number): FrameHeader {
  const header = bytes.slice(offset, offset + frameHeaderLength);
  const words = wordsOf(header);
  return {
    payloadLength: words[1] ?? 0,
    sequence: uint53At(words, 2),
    link: words[4] ?? 0,
    // With the flags: an unknown one makes it an unknown kind.
    kind: words[frameKindOffset / 4] ?? 0,
    checksum: longsOf(header)[3] ?? 0n,
  };
}

/**
 * Where the frames start that stand back to back from `from` on, each of which verifies, and where the last one ends; `newer` is the first of
 * them, if any, whose kind this version does not know.
 *
 * @param after each carries the sequence after the one before and links to it, beginning here
 *
 * A command reads thousands: nothing is made for one of them but what the two checksums need, and it is one loop because the engine takes several
 * times as long where it calls functions of ours. The header is read as words, little-endian as all machines are that we run on.
 */
export function verifyFrames(
  bytes: Uint8Array,
  from: number,
  salt: Uint8Array,
  { most, after }: { most: number; after?: { sequence: number; link: number } },
): { starts: number[]; end: number; newer: number | undefined } {
  if (from + frameHeaderLength > bytes.length) return { starts: [], end: from, newer: undefined };
  const seed = longsOf(salt)[0];
  // The salt's second half, and behind it the header.
  const keyed = zeros(40);
  keyed.set(salt.subarray(8, 16), 0);
  const summed = keyed.subarray(0, 32);
  const words = new Uint32Array(keyed.buffer);
  const checksums = new BigUint64Array(keyed.buffer);
  const starts: number[] = [];
  let at = from;
  let newer: number | undefined;
  let { sequence, link } = after ?? { sequence: 0, link: 0 };
  while (starts.length < most && at + frameHeaderLength <= bytes.length) {
    const start = at + frameHeaderLength;
    keyed.set(bytes.subarray(at, start), 8);
    const payloadLength = words[3] ?? 0;
    const end = start + payloadLength;
    if (words[2] !== frameMagic || payloadLength > frameLengthLimit || end > bytes.length) break;
    if (checksum(bytes.subarray(start, end), checksum(summed, seed)) !== checksums[4]) break;
    if (after !== undefined) {
      sequence += 1;
      if ((words[5] ?? 0) * 0x1_0000_0000 + (words[4] ?? 0) !== sequence || words[6] !== link) break;
      link = words[7] === frameKind.purged ? linkTo(linkedChecksum(bytes, at)) : (words[8] ?? 0);
    }
    if (words[7] !== frameKind.transaction && words[7] !== frameKind.purged) newer ??= starts.length;
    starts.push(at);
    at = end;
  }
  return { starts, end: at, newer };
}

/** Where the frames start that fill the bytes between the two places, all of which verify. */
export function startsOfFrames(bytes: Uint8Array, from: number, end: number): number[] {
  const view = dataViewOf(bytes);
  const starts: number[] = [];
  for (let at = from; at < end; at += frameHeaderLength + view.getUint32(at + frameLengthOffset, true))
    starts.push(at);
  return starts;
}

/**
 * What the frame behind the one at `offset` links to. A purged frame keeps the checksum it had in the first 8 bytes of its payload, so that the chain behind
 * it stays whole.
 */
export function linkedChecksum(bytes: Uint8Array, offset: number): bigint {
  const { kind, payloadLength, checksum: own } = frameHeaderAt(bytes, offset);
  const isKept = kind === frameKind.purged && payloadLength >= 8;
  return isKept ? dataViewOf(bytes).getBigUint64(offset + frameHeaderLength, true) : own;
}

/**
 * A frame in place of one whose payload has to go: the same length and sequence, kind *purged*. Its payload is the checksum that the next frame links to,
 * what is left of the JSON, and zeros.
 */
export function encodePurgedFrame(
  purged: { sequence: number; checksum: bigint; link: number; payload: Uint8Array },
  rest: Uint8Array,
  salt: Uint8Array,
): Uint8Array {
  const payload = new Uint8Array(purged.payload.length);
  dataViewOf(payload).setBigUint64(0, purged.checksum, true);
  payload.set(rest, 8);
  const { sequence, link } = purged;
  return encodeFrame({ sequence, previousChecksum: BigInt(link), kind: frameKind.purged, payload }, salt)
    .bytes;
}

export function linkTo(previousChecksum: bigint): number {
  return Number(previousChecksum & 0xffff_ffffn);
}

/** Of all the bytes between the header of a segment and the end of one of its frames: XXH64 seeded with the salt's first half. */
export function prefixChecksum(bytes: Uint8Array, salt: Uint8Array): bigint {
  return checksum(bytes, longsOf(salt)[0]);
}

function frameChecksum(header: Uint8Array, payload: Uint8Array, salt: Uint8Array): bigint {
  const keyed = new Uint8Array(32);
  keyed.set(salt.subarray(8, 16), 0);
  keyed.set(header.subarray(0, 24), 8);
  return checksum(payload, checksum(keyed, longsOf(salt)[0]));
}
