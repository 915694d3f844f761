import type { Deferral, Head, Heads, Place } from "../model/heads";
import { decoder, encoder } from "../native/utf8";
import { dataViewOf, readUint53, writeUint53 } from "./byte-layout";
import type { SectionBuilder } from "./section-writer";
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
 *   64  u32 count of these, 68 u32 their length
 *   72  u64 0
 */
export const headsHeaderLength = 80;
const placeLength = 16;

export class HeadsBuilder implements SectionBuilder {
  readonly kind = "heads";
  readonly #work: () => Heads | undefined;

  constructor(work: () => Heads | undefined) {
    this.#work = work;
  }

  /** They are worked out from the state, which has read by then what the lines say that were changed. */
  add(): void {}

  *parts(): Generator<Uint8Array> {
    const heads = this.#work();
    if (heads === undefined) return;
    const { nowMs, hasWaitCycles, live, ready, deferrals } = heads;
    const header = new Uint8Array(headsHeaderLength);
    const view = dataViewOf(header);
    view.setUint32(0, Number(hasWaitCycles), true);
    view.setFloat64(8, nowMs, true);
    view.setFloat64(48, deferrals.fromMs, true);
    view.setFloat64(56, deferrals.untilMs, true);
    writeUint53(view, 16, live.total);
    writeUint53(view, 32, ready.total);
    const lists = [
      [...live.places],
      [...ready.places],
      deferrals.entries.map(({ id, untilMs }) => ({ id, createdMs: untilMs, unblocks: 0, priority: 0 })),
    ];
    const parts = lists.map((places, index) => {
      const bytes = encodePlaces(places);
      const at = countOffsets[index] ?? 0;
      view.setUint32(at, places.length, true);
      view.setUint32(at + 4, bytes.length, true);
      return bytes;
    });
    yield header;
    yield* parts;
  }
}

/** What a section says; places are read and decoded when they are asked for. Undefined when there is none, or it says nothing. */
export function readHeads(section: Section | undefined): Heads | undefined {
  if (section === undefined || section.length < headsHeaderLength) return undefined;
  const view = dataViewOf(section.read(0, headsHeaderLength));
  let start = headsHeaderLength;
  const [live, ready, comingBack] = countOffsets.map((at) => {
    const length = view.getUint32(at + 4, true);
    const places = new Places(section, start, length);
    start += length;
    return { length: view.getUint32(at, true), places };
  });
  if (live === undefined || ready === undefined || comingBack === undefined) return undefined;
  const head = (at: number, { length, places }: Omit<Head, "total">): Head => {
    return { total: readUint53(view, at), length, places };
  };
  return {
    nowMs: view.getFloat64(8, true),
    hasWaitCycles: view.getUint32(0, true) !== 0,
    live: head(16, live),
    ready: head(32, ready),
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

/** Of `list`, of `ready`, of those that come back. */
const countOffsets = [24, 40, 64];

class Places implements Iterable<Place> {
  readonly #section: Section;
  readonly #offset: number;
  readonly #length: number;

  constructor(section: Section, offset: number, length: number) {
    this.#section = section;
    this.#offset = offset;
    this.#length = length;
  }

  [Symbol.iterator](): Iterator<Place> {
    const bytes = this.#section.read(this.#offset, this.#length);
    const view = dataViewOf(bytes);
    let at = 0;
    const next = (): IteratorResult<Place, undefined> => {
      if (at >= bytes.length) return { done: true, value: undefined };
      const start = at;
      at += placeLength + view.getUint16(start + 14, true);
      const value = {
        id: decoder.decode(bytes.subarray(start + placeLength, at)),
        priority: view.getUint16(start + 12, true),
        unblocks: view.getUint32(start + 8, true),
        createdMs: view.getFloat64(start, true),
      };
      return { done: false, value };
    };
    return { next };
  }
}

function encodePlaces(places: readonly Place[]): Uint8Array {
  const ids = places.map(({ id }) => encoder.encode(id));
  const bytes = new Uint8Array(ids.reduce((length, id) => length + placeLength + id.length, 0));
  const view = dataViewOf(bytes);
  let at = 0;
  places.forEach(({ createdMs, unblocks, priority }, index) => {
    const id = ids[index] ?? new Uint8Array(0);
    view.setFloat64(at, createdMs, true);
    view.setUint32(at + 8, unblocks, true);
    view.setUint16(at + 12, priority, true);
    view.setUint16(at + 14, id.length, true);
    bytes.set(id, at + placeLength);
    at += placeLength + id.length;
  });
  return bytes;
}

function deferralOf({ id, createdMs }: Place): Deferral {
  return { id, untilMs: createdMs };
}
