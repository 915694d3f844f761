import type { BzError } from "../../model/errors";
import type { LoggedOperations, UnreadTransactions } from "../../model/unread-transactions";
import { indexOfBytes } from "../../native/byte-search";
import { zeros } from "../../native/bytes";
import { closeFile, readAt, readInto } from "../../native/file";
import { encoder } from "../../native/utf8";
import { sameBytes } from "../byte-layout";
import { corrupt } from "../failure";
import { segmentName } from "../paths";
import type { SnapshotHeader } from "../snapshot-format";
import type { StatusPage } from "../status-page";
import {
  decodeFrame,
  decodeSegmentHeader,
  frameHeaderLength,
  linkedChecksum,
  linkTo,
  prefixChecksum,
  segmentHeaderLength,
  startsOfFrames,
  verifyFrames,
} from "../wal-format";
import type { VerifiedPrefix } from "../wal-reader";
import { regularAt } from "./place";
import { giveUp } from "./unusual";

/** Frames that follow each other, from the first of a segment. */
interface VerifiedChain extends Pick<FastLog, "bytes" | "salt" | "length" | "lastChecksum"> {
  readonly plainEnd: number;
}

/**
 * Reads the log of a store whose frames all stand in one segment, up to what a status page confirms. Verified as `loadLog` does it.
 * @param origin what the log goes on from
 */
export function readLog(store: number, page: StatusPage, origin: SnapshotHeader): FastLog {
  const { generation, confirmedOffset, prefix } = page;
  const file = regularAt(store, segmentName(generation), "read") ?? giveUp();
  const length = confirmedOffset - segmentHeaderLength;
  // Whoever gives up over a log has read it in vain: the whole program reads it once more.
  if (length < 0 || length > longestLog) giveUp();
  const header = decodeSegmentHeader(readAt(file, 0, segmentHeaderLength));
  const bytes = zeros(length + roomBehind).subarray(0, length);
  const filled = readInto(file, segmentHeaderLength, bytes);
  closeFile(file);
  if (header === undefined || header === "newer" || filled !== length) giveUp();
  if (header.generation !== generation || origin.nextGeneration !== generation) giveUp();
  if (!sameBytes(header.storeId, page.storeId) || !sameBytes(origin.storeId, page.storeId)) giveUp();
  if (header.baseSequence !== origin.lastSequence || header.baseChecksum !== origin.lastChecksum) giveUp();
  const { salt } = header;
  let from = 0;
  let after = { sequence: header.baseSequence, checksum: header.baseChecksum };
  if (prefix !== undefined) {
    from = prefix.offset - segmentHeaderLength;
    if (from > length || prefixChecksum(bytes.subarray(0, from), salt) !== prefix.checksum) giveUp();
    after = { sequence: prefix.lastSequence, checksum: prefix.lastChecksum };
  }
  const lastChecksum = verifyTo(bytes, from, salt, after, page);
  const plainEnd = prefix?.isPlain === true ? from : 0;
  const count = page.confirmedSequence - header.baseSequence;
  return new FastLog(page, { bytes, salt, length: count, lastChecksum, plainEnd });
}

/**
 * Gives up unless the frames from there on go on from the one before, to the very last one of the page.
 * @returns what the next frame links to
 */
function verifyTo(
  bytes: Uint8Array,
  from: number,
  salt: Uint8Array,
  { sequence, checksum }: { readonly sequence: number; readonly checksum: bigint },
  { confirmedSequence }: StatusPage,
): bigint {
  const after = { sequence, link: linkTo(checksum) };
  const { starts, end, newer } = verifyFrames(bytes, from, salt, { most: Number.POSITIVE_INFINITY, after });
  if (end !== bytes.length || newer !== undefined || sequence + starts.length !== confirmedSequence) giveUp();
  const last = starts[starts.length - 1];
  return last === undefined ? checksum : linkedChecksum(bytes, last);
}

/** As long as that, with the same at the beginning: in the same memory where that has room. */
function withRoomFor(bytes: Uint8Array, length: number): Uint8Array {
  const room = new Uint8Array(bytes.buffer);
  if (room.length >= length) return room.subarray(0, length);
  const longer = zeros(length);
  longer.set(bytes);
  return longer;
}

/** The log of a store whose frames all stand in one segment. */
export class FastLog implements UnreadTransactions {
  /** The frames, without the header of the segment. */
  readonly bytes: Uint8Array;
  readonly salt: Uint8Array;
  /** Of frames. */
  readonly length: number;
  /** What the next frame links to. */
  readonly lastChecksum: bigint;
  readonly #page: StatusPage;
  /** In what begins here and ends there nothing is spelled by number. */
  readonly #plainEnd: number;

  /** @param chain verified, and as long as the page says */
  constructor(page: StatusPage, chain: VerifiedChain) {
    this.bytes = chain.bytes;
    this.salt = chain.salt;
    this.length = chain.length;
    this.lastChecksum = chain.lastChecksum;
    this.#page = page;
    this.#plainEnd = chain.plainEnd;
  }

  /**
   * The same with what others have confirmed behind it, in the same segment.
   * @param segment open to be read
   */
  until(page: StatusPage, segment: number): FastLog {
    const { bytes: before, salt } = this;
    const from = before.length;
    const end = page.confirmedOffset - segmentHeaderLength;
    if (end <= from || end > longestLog) giveUp();
    const bytes = withRoomFor(before, end);
    const added = bytes.subarray(from);
    if (readInto(segment, segmentHeaderLength + from, added) !== added.length) giveUp();
    const after = { sequence: this.#page.confirmedSequence, checksum: this.lastChecksum };
    const lastChecksum = verifyTo(bytes, from, salt, after, page);
    const length = this.length + page.confirmedSequence - this.#page.confirmedSequence;
    return new FastLog(page, { bytes, salt, length, lastChecksum, plainEnd: this.#isPlain() ? from : 0 });
  }

  /** What the next writer says of these frames; undefined where there are none. */
  prefix(): VerifiedPrefix | undefined {
    if (this.length === 0) return undefined;
    const { confirmedOffset: offset, confirmedSequence: lastSequence } = this.#page;
    const checksum = prefixChecksum(this.bytes, this.salt);
    return { offset, lastSequence, lastChecksum: this.lastChecksum, checksum, isPlain: this.#isPlain() };
  }

  on(id: string): readonly LoggedOperations[] {
    const spelled = JSON.stringify(id);
    return spelled.length === id.length + 2 ? this.#holding(spelled) : giveUp();
  }

  mentioning(text: string): readonly LoggedOperations[] {
    return JSON.stringify(text).length === text.length + 2 ? this.#holding(text) : giveUp();
  }

  get roughlyAdded(): number {
    return Math.max(this.length, this.bytes.length >> 10);
  }

  damage(message: string): BzError {
    return corrupt(message);
  }

  // Nobody asks that about a few issues.
  settingRecords(): never {
    return giveUp();
  }

  all(): never {
    return giveUp();
  }

  at(): never {
    return giveUp();
  }

  outline(): never {
    return giveUp();
  }

  after(sequence: number): readonly LoggedOperations[] {
    const first = this.length - (this.#page.confirmedSequence - sequence);
    const found: LoggedOperations[] = [];
    if (first >= this.length) return found;
    const starts = startsOfFrames(this.bytes, 0, this.bytes.length);
    for (let index = Math.max(0, first); index < this.length; index += 1)
      found.push(this.#read(starts[index] ?? giveUp()).logged);
    return found;
  }

  /** Frames that hold the text, in their order. */
  #holding(text: string): readonly LoggedOperations[] {
    if (text === "" || text.includes("/") || !this.#isPlain()) giveUp();
    const needle = encoder.encode(text);
    const found: LoggedOperations[] = [];
    for (let at = indexOfBytes(this.bytes, needle); at !== -1; ) {
      const { logged, end } = this.#read(this.#startBefore(at));
      found.push(logged);
      at = indexOfBytes(this.bytes, needle, end);
    }
    return found;
  }

  #read(start: number): { readonly logged: LoggedOperations; readonly end: number } {
    const { decodeOperations } = require("../logged-transaction") as typeof import("../logged-transaction");
    const { sequence, kind, payloadLength } = decodeFrame(this.bytes, start, this.salt) ?? giveUp();
    const end = start + frameHeaderLength + payloadLength;
    const payload = this.bytes.subarray(start + frameHeaderLength, end);
    return { logged: { sequence, operations: decodeOperations({ kind, sequence, payload }, corrupt) }, end };
  }

  /** Where the frame starts that holds this byte: the nearest before it that verifies and reaches so far. */
  #startBefore(byte: number): number {
    const { bytes } = this;
    const farthest = Math.max(0, byte - farthestStart);
    // Of the three letters that a frame begins with, bz writes this one most rarely elsewhere.
    let at = byte < frameHeaderLength ? -1 : bytes.lastIndexOf(letterZ, byte - frameHeaderLength + 1) - 1;
    for (; at >= farthest; at = bytes.lastIndexOf(letterZ, at) - 1) {
      if (bytes[at] !== 0x62 || bytes[at + 2] !== 0x66) continue;
      const frame = decodeFrame(bytes, at, this.salt);
      if (frame !== undefined && at + frameHeaderLength + frame.payloadLength > byte) return at;
    }
    return giveUp();
  }

  /** Whether nothing in it is spelled by number, as `\u0041`: else the bytes of a text are not all that may say it. */
  #isPlain(): boolean {
    this.#knownPlain ??= !this.#hasNumber();
    return this.#knownPlain;
  }

  #hasNumber(): boolean {
    const { bytes } = this;
    const needle = encoder.encode("\\u");
    let at = indexOfBytes(bytes, needle, this.#plainEnd);
    if (at === -1) return false;
    // Two bytes of a checksum may look so: in one of ten logs of 500 frames they do.
    const starts = startsOfFrames(bytes, 0, bytes.length);
    for (let index = 0; at !== -1; at = indexOfBytes(bytes, needle, at + 1)) {
      while ((starts[index + 1] ?? bytes.length) <= at) index += 1;
      if (at >= (starts[index] ?? 0) + frameHeaderLength) return true;
    }
    return false;
  }

  #knownPlain: boolean | undefined;
}

/** In bytes: what ten others write while one waits, so that nothing is moved then. */
const roomBehind = 1 << 13;
/** In bytes. A log is folded before it is half as long. */
const longestLog = 1 << 21;
/** The frame of a large batch is better found by whoever knows where each starts. */
const farthestStart = 1 << 16;
const letterZ = 0x7a;
