import type { Link } from "../model/dependency";
import { mentions } from "../model/entry";
import { hash32 } from "./checksum";
import type { Snapshot } from "./snapshot";
import type { Section } from "./snapshot-sections";

/**
 * The section of dependents: which lines have an edge to an issue. All of it are u32, and a line is named by its ordinal, its place among the lines.
 *
 *   count n of hashes, count m of links, count of unreadable lines, count of words
 *   n hashes: of the ids at the other end of an edge, each once, ascending
 *   n ends: where the links of that hash end among the
 *   m links: ascending for each hash; 8 times the ordinal of a line, and 1 where it has an edge that lets it wait, 2 where it has one to its parent, 4 where it is closed or deleted
 *   the ordinals of lines that are no issues: nobody knows what edges they have
 *   the words of a Bloom filter of these hashes and those of the lines' own ids (`nextProbe`); none beside unreadable lines
 *
 * Two ids may have the same hash, so what is found may have an edge to another issue; whoever asks looks at the edges.
 */
export const dependentsHeaderLength = 16;
/** So many of a link stand below the ordinal of its line. */
export const linkBits = 3;
/** Beside those of `Link`. */
export const closedBit = 4;

/** A section, or what stands in for it. */
interface Numbers {
  /** So many from that byte on. */
  readUint32s(offset: number, count: number): Uint32Array;
}

/** What a snapshot knows of edges. Where it has no section, or one that was made by other rules, that is worked out from its lines. */
export class Dependents {
  readonly #snapshot: Snapshot;
  readonly #section: Section | undefined;
  #dependents: DependentsSection | undefined;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
    this.#section = snapshot.sections.of("dependents");
  }

  /** The ids of at least all issues with an edge to that one, or with such an edge. */
  idsOf(targetId: string, link: Link | 0 = 0): readonly string[] {
    this.#dependents ??= new DependentsSection(this.#section ?? rebuiltDependents(this.#snapshot));
    const ids: string[] = [];
    for (const entry of this.#dependents.linksOf(targetId))
      if ((entry & link) === link) ids.push(this.#snapshot.idAt(entry >>> linkBits));
    for (const ordinal of this.#dependents.unreadable()) {
      const id = this.#snapshot.idAt(ordinal);
      // Whoever asks then hears that this line cannot be read.
      if (mentions(this.#snapshot.line(id), targetId)) ids.push(id);
    }
    return ids;
  }

  /** Those that no line is about: none is that issue, and none has an edge to it. Nothing is worked out for this, so that it may be none of them. */
  unknownAmong(ids: readonly string[]): readonly string[] {
    if (this.#section === undefined) return noIds;
    this.#dependents ??= new DependentsSection(this.#section);
    return this.#dependents.unknownAmong(ids);
  }
}

const noIds: readonly string[] = [];

function rebuiltDependents(snapshot: Snapshot): Numbers {
  const { rebuiltSection } = require("./rebuilt-section") as typeof import("./rebuilt-section");
  const { DependentsBuilder } = require("./dependents-builder") as typeof import("./dependents-builder");
  const { buffer } = new Uint8Array(rebuiltSection(snapshot, new DependentsBuilder()));
  return { readUint32s: (offset, count) => new Uint32Array(buffer, offset, count) };
}

export class DependentsSection {
  readonly #section: Numbers;
  readonly #hashCount: number;
  readonly #linkCount: number;
  readonly #unreadableCount: number;
  readonly #wordCount: number;
  #searchCount = 0;
  /** All of them, once many were searched for. */
  #hashes: Uint32Array | undefined;

  constructor(section: Numbers) {
    this.#section = section;
    const [hashCount = 0, linkCount = 0, unreadableCount = 0, wordCount = 0] = section.readUint32s(0, 4);
    this.#hashCount = hashCount;
    this.#linkCount = linkCount;
    this.#unreadableCount = unreadableCount;
    this.#wordCount = wordCount;
  }

  /** At least all links to that issue, ascending. */
  linksOf(targetId: string): Uint32Array {
    const index = this.#find(hash32(targetId));
    if (index === undefined) return noLinks;
    const first = Math.max(0, index - 1);
    const ends = this.#read(this.#hashCount + first, index - first + 1);
    const start = index === 0 ? 0 : (ends[0] ?? 0);
    return this.#read(2 * this.#hashCount + start, (ends[ends.length - 1] ?? 0) - start);
  }

  unreadable(): Uint32Array {
    if (this.#unreadableCount === 0) return noLinks;
    return this.#read(2 * this.#hashCount + this.#linkCount, this.#unreadableCount);
  }

  /** Those of which a bit is missing in the filter, in their order. In one piece: each of hundreds is looked up. */
  unknownAmong(ids: readonly string[]): readonly string[] {
    if (this.#unreadableCount > 0) return noIds;
    // In a long filter a few are found slower than one by one.
    if (ids.length <= fewIds && this.#wordCount > fewWords) return noIds;
    const start = 2 * this.#hashCount + this.#linkCount;
    const words = this.#read(start, this.#wordCount);
    const mask = words.length - 1;
    const unknown: string[] = [];
    for (const id of ids) {
      let probe = hash32(id);
      let left = filterProbes;
      while (((words[(probe >>> 5) & mask] ?? 0) & (1 << (probe & 31))) !== 0 && --left > 0)
        probe = nextProbe(probe);
      if (left > 0) unknown.push(id);
    }
    return unknown;
  }

  /** For whoever wants all of it: each hash with its links. */
  *all(): Generator<{ hash: number; links: Uint32Array }> {
    const hashes = this.#read(0, this.#hashCount);
    const ends = this.#read(this.#hashCount, this.#hashCount);
    const links = this.#read(2 * this.#hashCount, this.#linkCount);
    for (let index = 0; index < hashes.length; index += 1)
      yield { hash: hashes[index] ?? 0, links: links.subarray(ends[index - 1] ?? 0, ends[index]) };
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
const fewIds = 32;
/** They are in a block or two. */
const fewWords = 1 << 12;
const noLinks = new Uint32Array(0);

/** So many bits are set for each hash: itself modulo the count of bits, which is a power of two, and what follows from it so often. */
export const filterProbes = 3;

/** Where the next bit of a hash is: a step of a generator of full period, its halves exchanged. */
export function nextProbe(probe: number): number {
  const next = Math.imul(probe, 1_664_525) + 1_013_904_223;
  return ((next >>> 16) | (next << 16)) >>> 0;
}
