import { mentions } from "../model/entry";
import { hash32 } from "./checksum";
import type { Snapshot } from "./snapshot";

/**
 * The section of dependents: which lines have an edge to an issue. All of it are u32, and a line is named by its ordinal, its place among the lines.
 *
 *   count n of hashes, count m of ordinals, count of unreadable lines
 *   n hashes: of the ids at the other end of an edge, each once, ascending
 *   n ends: where the ordinals of that hash end among the
 *   m ordinals: ascending for each hash
 *   the ordinals of lines that are no issues: nobody knows what edges they have
 *
 * Two ids may have the same hash, so what is found may have an edge to another issue; whoever asks looks at the edges.
 */
export const dependentsHeaderLength = 12;

/** A section, or what stands in for it. */
interface Numbers {
  /** So many from that byte on. */
  readUint32s(offset: number, count: number): Uint32Array;
}

/** Where those of a snapshot are not there, or made by other rules, they are worked out from its lines. */
export function dependentsOf(snapshot: Snapshot): DependentsSection {
  return new DependentsSection(snapshot.sections.of("dependents") ?? rebuiltDependents(snapshot));
}

function rebuiltDependents(snapshot: Snapshot): Numbers {
  const { rebuiltSection } = require("./rebuilt-section") as typeof import("./rebuilt-section");
  const { DependentsBuilder } = require("./dependents-builder") as typeof import("./dependents-builder");
  const { buffer } = new Uint8Array(rebuiltSection(snapshot, new DependentsBuilder()));
  return { readUint32s: (offset, count) => new Uint32Array(buffer, offset, count) };
}

export class DependentsSection {
  readonly #section: Numbers;
  readonly #hashCount: number;
  readonly #ordinalCount: number;
  readonly #unreadableCount: number;
  #searchCount = 0;
  /** All of them, once many were searched for. */
  #hashes: Uint32Array | undefined;

  constructor(section: Numbers) {
    this.#section = section;
    const [hashCount = 0, ordinalCount = 0, unreadableCount = 0] = section.readUint32s(0, 3);
    this.#hashCount = hashCount;
    this.#ordinalCount = ordinalCount;
    this.#unreadableCount = unreadableCount;
  }

  /** The ordinals of at least all lines with an edge to that issue, ascending. */
  ordinalsOf(targetId: string): Uint32Array {
    const index = this.#find(hash32(targetId));
    if (index === undefined) return noOrdinals;
    const first = Math.max(0, index - 1);
    const ends = this.#read(this.#hashCount + first, index - first + 1);
    const start = index === 0 ? 0 : (ends[0] ?? 0);
    return this.#read(2 * this.#hashCount + start, (ends[ends.length - 1] ?? 0) - start);
  }

  unreadable(): Uint32Array {
    if (this.#unreadableCount === 0) return noOrdinals;
    return this.#read(2 * this.#hashCount + this.#ordinalCount, this.#unreadableCount);
  }

  /** For whoever wants all of it: each hash with its ordinals. */
  *all(): Generator<{ hash: number; ordinals: Uint32Array }> {
    const hashes = this.#read(0, this.#hashCount);
    const ends = this.#read(this.#hashCount, this.#hashCount);
    const ordinals = this.#read(2 * this.#hashCount, this.#ordinalCount);
    for (let index = 0; index < hashes.length; index += 1)
      yield { hash: hashes[index] ?? 0, ordinals: ordinals.subarray(ends[index - 1] ?? 0, ends[index]) };
  }

  /**
   * The place of a hash. Hashes are spread evenly, so that a guess lands in the right block or beside it; every other step halves what is left, whatever they are.
   */
  #find(hash: number): number | undefined {
    // Every step of a search of its own reads a block, or finds one that was read.
    if (++this.#searchCount === manySearches) this.#hashes = this.#read(0, this.#hashCount);
    const hashes = this.#hashes;
    let low = 0;
    let high = this.#hashCount - 1;
    let lowest = 0;
    let highest = 2 ** 32 - 1;
    for (let step = 0; low <= high; step += 1) {
      const share = step % 2 === 0 ? (hash - lowest) / Math.max(1, highest - lowest) : 0.5;
      const guess = low + Math.floor((high - low) * share);
      const found = (hashes === undefined ? this.#read(guess, 1)[0] : hashes[guess]) ?? 0;
      if (found === hash) return guess;
      if (found < hash) {
        low = guess + 1;
        lowest = found;
      } else {
        high = guess - 1;
        highest = found;
      }
    }
    return undefined;
  }

  #read(index: number, count: number): Uint32Array {
    return this.#section.readUint32s(dependentsHeaderLength + 4 * index, count);
  }
}

const manySearches = 16;
const noOrdinals = new Uint32Array(0);

/** The ids of at least all issues with an edge to that one. */
export function idsOfDependents(
  snapshot: Snapshot,
  dependents: DependentsSection,
  targetId: string,
): readonly string[] {
  const ids: string[] = [];
  for (const ordinal of dependents.ordinalsOf(targetId)) ids.push(snapshot.idAt(ordinal));
  for (const ordinal of dependents.unreadable()) {
    const id = snapshot.idAt(ordinal);
    // Whoever asks then hears that this line cannot be read.
    if (mentions(snapshot.line(id), targetId)) ids.push(id);
  }
  return ids;
}
