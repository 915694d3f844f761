import type { BzError } from "../model/errors";
import { lastIn } from "../model/list";
import type { LoggedOperations, OutlineReader, UnreadTransactions } from "../model/unread-transactions";
import { indexOfBytes } from "../native/byte-search";
import { encoder } from "../native/utf8";
import { corrupt, writtenByNewer } from "./failure";
import { decodeOperations, operationsOf } from "./logged-transaction";
import { frameHeaderLength, frameKindOffset } from "./wal-format";
import type { FrameWalk } from "./wal-reader";

/**
 * The frames behind a snapshot: all verified, and parsed only as far as somebody asks. Which of them say something of an issue is found by searching their
 * bytes for its id as JSON spells it, which takes as long for thousands of frames as to parse a handful.
 */
export class UnreadLog implements UnreadTransactions {
  readonly #segments: readonly UnreadSegment[];
  #saved: string | undefined;

  constructor(segments: readonly UnreadSegment[] = []) {
    this.#segments = segments;
  }

  /**
   * The same with the frames behind it. What is parsed of it stays so.
   * @throws BzError UNSUPPORTED when one of them is of a kind that this version does not know
   */
  and(walk: FrameWalk): UnreadLog {
    if (walk.length === 0) return this;
    if (walk.newer !== undefined)
      throw writtenByNewer(`Frame ${walk.from.sequence + 1 + walk.newer} of the log`);
    return new UnreadLog([...this.#segments, new UnreadSegment(walk)]);
  }

  /** From now on it is read for the answer alone: what became of the change is said beside damage in it. */
  serveAnswer(saved: string): void {
    this.#saved = saved;
  }

  on(id: string): Iterable<LoggedOperations> {
    const spelled = JSON.stringify(id);
    return isPlain(id, spelled) ? this.#holding(spelled) : this.all();
  }

  /** A line is a text within the frame's JSON: its quotes have a backslash before them. */
  mentioning(text: string): Iterable<LoggedOperations> {
    return isPlain(text, JSON.stringify(text)) ? this.#holding(text) : this.all();
  }

  settingRecords(): Iterable<LoggedOperations> {
    return this.#holding('"record"');
  }

  all(): readonly LoggedOperations[] {
    const damage: UnreadTransactions["damage"] = (message, context) => this.damage(message, context);
    const [first, ...others] = this.#segments;
    if (first === undefined || others.length > 0)
      return this.#segments.flatMap((segment) => segment.readAll(damage));
    return first.readAll(damage);
  }

  at = (sequence: number): LoggedOperations => {
    for (const each of this.#segments)
      if (sequence <= each.sequenceBefore + each.length)
        return this.#read(each, sequence - each.sequenceBefore - 1);
    throw new RangeError(`no transaction ${sequence}`);
  };

  outline(reader: OutlineReader): void {
    const damage: UnreadTransactions["damage"] = (message, context) => this.damage(message, context);
    for (const segment of this.#segments) segment.outline(reader, damage);
  }

  after(sequence: number): LoggedOperations[] {
    const read: LoggedOperations[] = [];
    for (const each of this.#segments)
      for (let at = Math.max(0, sequence - each.sequenceBefore); at < each.length; at += 1)
        read.push(this.#read(each, at));
    return read;
  }

  /** As if each frame brought an issue, or one for each KiB. To count them took a `q` behind a long log longer than all else that it did with that. */
  get roughlyAdded(): number {
    let issues = 0;
    for (const segment of this.#segments) issues += Math.max(segment.length, segment.lengthBytes >> 10);
    return issues;
  }

  damage(message: string, context?: Record<string, string | number>): BzError {
    return corrupt(this.#saved === undefined ? message : `${message}. ${this.#saved}`, context);
  }

  #holding(text: string): LoggedOperations[] {
    const read: LoggedOperations[] = [];
    for (const segment of this.#segments)
      for (const index of segment.holding(text)) read.push(this.#read(segment, index));
    return read;
  }

  #read(segment: UnreadSegment, index: number): LoggedOperations {
    return segment.read(index, (message, context) => this.damage(message, context));
  }
}

/** The frames of one walk. */
class UnreadSegment {
  readonly #walk: FrameWalk;
  readonly #bytes: Uint8Array;
  readonly #read: (LoggedOperations | undefined)[] = [];
  #all: readonly LoggedOperations[] | undefined;
  #escaped: readonly number[] | undefined;

  constructor(walk: FrameWalk) {
    this.#walk = walk;
    this.#bytes = walk.bytes.subarray(0, walk.end.offset - walk.bytesStart);
  }

  get length(): number {
    return this.#walk.length;
  }

  get lengthBytes(): number {
    return this.#bytes.length;
  }

  get sequenceBefore(): number {
    return this.#walk.from.sequence;
  }

  /** Frames that hold the text, and those with an escape, which may spell it in another way; in their order. */
  holding(text: string): readonly number[] {
    const found = this.#find(text);
    if (this.#walk.isPlain) return found;
    this.#escaped ??= this.#find("\\u");
    return [...new Set([...found, ...this.#escaped])].sort((left, right) => left - right);
  }

  read(index: number, damage: UnreadTransactions["damage"], decode = decodeOperations): LoggedOperations {
    const known = this.#all?.[index] ?? this.#read[index];
    if (known !== undefined) return known;
    const { bytes, starts, from } = this.#walk;
    const at = starts[index] ?? 0;
    const sequence = from.sequence + 1 + index;
    // No kind that is known takes more than the first of its bytes.
    const kind = bytes[at + frameKindOffset] ?? 0;
    const payload = bytes.subarray(at + frameHeaderLength, this.#walk.endOf(index));
    const read = { sequence, operations: decode({ kind, sequence, payload }, damage) };
    this.#read[index] = read;
    return read;
  }

  readAll(damage: UnreadTransactions["damage"]): readonly LoggedOperations[] {
    if (this.#all !== undefined) return this.#all;
    const { parsePayloads } = require("./frame-payloads") as typeof import("./frame-payloads");
    const values = parsePayloads(this.#walk);
    const all: LoggedOperations[] = [];
    for (let index = 0; index < this.length; index += 1) {
      const sequence = this.sequenceBefore + 1 + index;
      const known = this.#read[index];
      if (known !== undefined) all.push(known);
      else if (values === undefined) all.push(this.read(index, damage, readOneByOne().decodeLongOperations));
      else all.push({ sequence, operations: operationsOf(values[index], sequence, damage) });
    }
    this.#all = all;
    return all;
  }

  outline(reader: OutlineReader, damage: UnreadTransactions["damage"]): void {
    if (this.#all === undefined && this.length > fewFrames) {
      const { outlineFrames } = require("./frame-outlines") as typeof import("./frame-outlines");
      if (outlineFrames(this.#walk, reader, this.#read, damage)) return;
    }
    for (const logged of this.readAll(damage)) reader.readOther(logged);
  }

  /** Frames that hold the text, each once. */
  #find(text: string): number[] {
    const needle = encoder.encode(text);
    const found: number[] = [];
    for (let at = indexOfBytes(this.#bytes, needle); at !== -1; ) {
      const index = this.#walk.indexAt(at, lastIn(found));
      found.push(index);
      at = indexOfBytes(this.#bytes, needle, this.#walk.endOf(index));
    }
    return found;
  }
}

/** Whether JSON has but one way to write it, escapes by number aside, be it in a text of its own or in a line within one. */
function isPlain(text: string, spelled: string): boolean {
  return text !== "" && spelled.length === text.length + 2 && !text.includes("/");
}

function readOneByOne(): typeof import("./long-transaction") {
  return require("./long-transaction") as typeof import("./long-transaction");
}

/** They are parsed in less time than the engine takes to prepare for their outlines. */
const fewFrames = 60;
