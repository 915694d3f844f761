import type { Heads, Place, Shown } from "../model/heads";
import { encoder } from "../native/utf8";
import { dataViewOf, writeUint53 } from "./byte-layout";
import {
  countOffsets,
  headsHeaderLength,
  placeLength,
  type ShownRow,
  shownLengthOffset,
} from "./heads-section";
import type { SectionBuilder } from "./section-writer";

/** Makes the section of heads. */
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
    const shown = [live, ready].map((head, index) => {
      const bytes = encodeShown(head.shown);
      view.setUint32(shownLengthOffset + 4 * index, bytes.length, true);
      return bytes;
    });
    yield header;
    yield* parts;
    yield* shown;
  }
}

function encodePlaces(places: readonly Place[]): Uint8Array {
  // All ids at once, each behind room for its numbers.
  let text = "";
  for (const { id } of places) text += room + id;
  const bytes = encoder.encode(text);
  const isAscii = bytes.length === text.length;
  // In numbers of an array first: a call of a view takes several times as long.
  const record = new Uint8Array(placeLength);
  const words = new Uint32Array(record.buffer);
  const floats = new Float64Array(record.buffer);
  let at = 0;
  for (const { id, createdMs, unblocks, priority } of places) {
    const length = isAscii ? id.length : encoder.encode(id).length;
    floats[0] = createdMs;
    words[2] = unblocks;
    words[3] = (priority & 0xffff) | (length << 16);
    bytes.set(record, at);
    at += placeLength + length;
  }
  return bytes;
}

const room = "\0".repeat(placeLength);

function encodeShown(shown: readonly (Shown | undefined)[]): Uint8Array {
  return encoder.encode(JSON.stringify(shown.map((each) => each && rowOf(each))));
}

function rowOf({ title, status, issue_type: type, assignee, defer_until: until }: Shown): ShownRow {
  return [title, status, type, assignee ?? null, until ?? null];
}
