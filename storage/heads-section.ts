import type { Deferral, Head, Heads, Place, Shown } from "../model/heads";
import { indexOfBytes } from "../native/byte-search";
import { decoder, encoder } from "../native/utf8";
import { dataViewOf, readUint53 } from "./byte-layout";
import type { Section } from "./snapshot-sections";

/**
 * The section of heads: the first issues of the orders of `list` and `ready`. 0 bytes where nobody worked them out.
 *
 *   header, 80 bytes                                      a place, or one that comes back
 *    0  u32 1 where issues wait for each other for ever       0  f64 ms of its creation, or until when it is put off
 *    4  u32 0                                               8  u32 how many issues it unblocks, or 0
 *    8  f64 the moment that `ready` is about, ms          12  u16 priority, or 0
 *   16  u64 total of `list`                               14  u16 length of its id
 *   24  u32 count of its places, 28 u32 their length      16  the id
 *   32  u64 total of `ready`
 *   40  u32 count of its places, 44 u32 their length      behind the header: the places of `list`, those of `ready`,
 *   48  f64 the moment from which, 56 f64 and up to       those that come back
 *       which all who come back are named, ms
 *   64  u32 count of these, 68 u32 their length           and what a list shows of the first ones: a JSON array for `list`,
 *   72  u32 length of what `list` shows, 76 of `ready`      and one for `ready`, of arrays: title, status, type, assignee,
 *                                                         until when it is put off; null where there is none, and for one
 *                                                         that is left out as it is long
 */
export const headsHeaderLength = 80;
export const placeLength = 16;

/** A section, or what reads one in another way. */
type Bytes = Pick<Section, "length" | "read">;

/** What a section says; places are read and decoded when they are asked for. Undefined when there is none, or it says nothing. */
export function readHeads(section: Bytes | undefined): Heads | undefined {
  if (section === undefined || section.length < headsHeaderLength) return undefined;
  const view = dataViewOf(section.read(0, headsHeaderLength));
  let start = headsHeaderLength;
  const [live, ready, comingBack] = countOffsets.map((at) => {
    const length = view.getUint32(at + 4, true);
    const places = new Places(section, start, length);
    start += length;
    return { length: view.getUint32(at, true), places, surelyHas: places.surelyHas };
  });
  if (live === undefined || ready === undefined || comingBack === undefined) return undefined;
  const liveShownLength = view.getUint32(shownLengthOffset, true);
  const head = (at: number, order: Omit<Head, "total" | "shown">, offset: number, length: number): Head => {
    return {
      ...order,
      total: readUint53(view, at),
      get shown() {
        return decodeShown(section.read(offset, length));
      },
    };
  };
  return {
    nowMs: view.getFloat64(8, true),
    hasWaitCycles: view.getUint32(0, true) !== 0,
    live: head(16, live, start, liveShownLength),
    ready: head(32, ready, start + liveShownLength, view.getUint32(shownLengthOffset + 4, true)),
    deferrals: {
      fromMs: view.getFloat64(48, true),
      untilMs: view.getFloat64(56, true),
      get entries() {
        const entries: Deferral[] = [];
        for (const place of comingBack.places) entries.push(deferralOf(place));
        return entries;
      },
    },
  };
}

/** In the header. */
export const shownLengthOffset = 72;

export type ShownRow = [
  title: string,
  status: string,
  type: string,
  assignee: string | null,
  until: string | null,
];

function decodeShown(bytes: Uint8Array): readonly (Shown | undefined)[] {
  const rows = parsedOrNothing(decoder.decode(bytes));
  return Array.isArray(rows) ? rows.map(shownIn) : [];
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Nobody wrote this with a right checksum but to mislead. The lines say the same, and `doctor` finds it.
    return undefined;
  }
}

/** Of a row that is none, as of one that was left out, the line is read. */
function shownIn(row: unknown): Shown | undefined {
  if (!isShownRow(row)) return undefined;
  const [title, status, type, assignee, until] = row;
  return {
    title,
    status,
    issue_type: type,
    assignee: assignee ?? undefined,
    defer_until: until ?? undefined,
  };
}

export function isShownRow(row: unknown): row is ShownRow {
  if (!Array.isArray(row)) return false;
  const [title, status, type, assignee, until] = row;
  return (
    typeof title === "string" &&
    typeof status === "string" &&
    typeof type === "string" &&
    (assignee === null || typeof assignee === "string") &&
    (until === null || typeof until === "string")
  );
}

/** Of `list`, of `ready`, of those that come back. */
export const countOffsets = [24, 40, 64];

class Places implements Iterable<Place> {
  readonly #section: Bytes;
  readonly #offset: number;
  readonly #length: number;
  #bytes: Uint8Array | undefined;
  #view: DataView | undefined;
  readonly #known: Place[] = [];
  /** Who was asked for: of one issue several ask. */
  readonly #sought = new Map<string, boolean>();
  /** Of those, in the bytes. */
  #end = 0;

  constructor(section: Bytes, offset: number, length: number) {
    this.#section = section;
    this.#offset = offset;
    this.#length = length;
  }

  /**
   * By the bytes of its id, and the three before them. An id has no control characters, as these are, so that they stand in no other one; and in the numbers of a place there is no room for so many
   * letters, unless it unblocks millions.
   */
  readonly surelyHas = (id: string): boolean => {
    const known = this.#sought.get(id);
    if (known !== undefined) return known;
    const has = this.#holds(id);
    this.#sought.set(id, has);
    return has;
  };

  #holds(id: string): boolean {
    const spelled = encoder.encode(id);
    const { length } = spelled;
    if (length < shortestSought || length >= longestSought) return false;
    const needle = new Uint8Array(3 + length);
    needle[1] = length;
    needle[2] = length >> 8;
    needle.set(spelled, 3);
    return indexOfBytes(this.#allBytes(), needle) !== -1;
  }

  /** Those that were gone through are kept: who asks for the first ones asks again what is shown of them. */
  [Symbol.iterator](): Iterator<Place> {
    const known = this.#known;
    const bytes = this.#allBytes();
    let index = 0;
    const next = (): IteratorResult<Place, undefined> => {
      const value = known[index] ?? this.#read(bytes);
      if (value === undefined) return { done: true, value };
      index += 1;
      return { done: false, value };
    };
    return { next };
  }

  /** The next one that is not known yet. */
  #read(bytes: Uint8Array): Place | undefined {
    const at = this.#end;
    if (at >= bytes.length) return undefined;
    this.#view ??= dataViewOf(bytes);
    const view = this.#view;
    const start = at + placeLength;
    const end = start + view.getUint16(at + 14, true);
    const place = {
      id: decoder.decode(bytes.subarray(start, end)),
      priority: view.getUint16(at + 12, true),
      unblocks: view.getUint32(at + 8, true),
      createdMs: view.getFloat64(at, true),
    };
    this.#end = end;
    this.#known.push(place);
    return place;
  }

  #allBytes(): Uint8Array {
    this.#bytes ??= this.#section.read(this.#offset, this.#length);
    return this.#bytes;
  }
}

const shortestSought = 7;
/** The second byte of its length is a control character then. */
const longestSought = 1 << 13;

function deferralOf({ id, createdMs }: Place): Deferral {
  return { id, untilMs: createdMs };
}
