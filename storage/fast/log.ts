import type { BzError } from "../../model/errors";
import type { LoggedOperations, UnreadTransactions } from "../../model/unread-transactions";
import { indexOfBytes } from "../../native/byte-search";
import { closeFile, readAt } from "../../native/file";
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

/** The log of a store whose frames all stand in one segment, up to what a status page confirms. Verified as `loadLog` does it. */
export class FastLog implements UnreadTransactions {
  /** The frames, without the header of the segment. */
  readonly bytes: Uint8Array;
  readonly salt: Uint8Array;
  /** Of frames. */
  readonly length: number;
  /** What the next frame links to. */
  readonly lastChecksum: bigint;
  readonly #page: StatusPage;

  /** @param origin what the log goes on from */
  constructor(store: number, page: StatusPage, origin: SnapshotHeader) {
    const { generation, confirmedOffset, prefix } = page;
    const file = regularAt(store, segmentName(generation), "read") ?? giveUp();
    const length = confirmedOffset - segmentHeaderLength;
    // The whole program would read it a second time.
    if (length > longestLog) giveUp();
    const header = decodeSegmentHeader(readAt(file, 0, segmentHeaderLength));
    const bytes = readAt(file, segmentHeaderLength, Math.max(0, length));
    closeFile(file);
    if (header === undefined || header === "newer" || bytes.length !== length) giveUp();
    if (header.generation !== generation || origin.nextGeneration !== generation) giveUp();
    if (!sameBytes(header.storeId, page.storeId) || !sameBytes(origin.storeId, page.storeId)) giveUp();
    if (header.baseSequence !== origin.lastSequence || header.baseChecksum !== origin.lastChecksum) giveUp();
    const { salt } = header;
    let from = 0;
    let sequence = header.baseSequence;
    let before = header.baseChecksum;
    if (prefix !== undefined) {
      from = prefix.offset - segmentHeaderLength;
      if (from > length || prefixChecksum(bytes.subarray(0, from), salt) !== prefix.checksum) giveUp();
      sequence = prefix.lastSequence;
      before = prefix.lastChecksum;
    }
    const { starts, end, newer } = verifyFrames(bytes, from, salt, {
      most: Number.POSITIVE_INFINITY,
      after: { sequence, link: linkTo(before) },
    });
    if (end !== length || newer !== undefined || sequence + starts.length !== page.confirmedSequence)
      giveUp();
    const last = starts[starts.length - 1];
    this.bytes = bytes;
    this.salt = salt;
    this.length = page.confirmedSequence - header.baseSequence;
    this.lastChecksum = last === undefined ? before : linkedChecksum(bytes, last);
    this.#page = page;
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
    const { prefix } = this.#page;
    const from = prefix?.isPlain === true ? prefix.offset - segmentHeaderLength : 0;
    const needle = encoder.encode("\\u");
    let at = indexOfBytes(bytes, needle, from);
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

/** In bytes. A log is folded before it is half as long. */
const longestLog = 1 << 21;
/** The frame of a large batch is better found by whoever knows where each starts. */
const farthestStart = 1 << 16;
const letterZ = 0x7a;
