import { blockingTypes, parentChild, partLink, waitingLink } from "../model/dependency";
import type { Issue } from "../model/issue";
import { isLive } from "../model/status";
import { hash32 } from "./checksum";
import { closedBit, DependentsSection, filterProbes, linkBits, nextProbe } from "./dependents-section";
import { NumberList } from "./number-list";
import { issueOf, type SectionBuilder, type SectionLine } from "./section-writer";
import type { Snapshot } from "./snapshot";

/** Makes the section of dependents. What an earlier snapshot says of a line that it has, too, is taken over without parsing that. */
export class DependentsBuilder implements SectionBuilder {
  readonly kind = "dependents";
  /** For each link itself and the hash of the other end: the halves of a number that sorts by the hash, then by the ordinal. */
  readonly #edges = new NumberList();
  readonly #unreadable: number[] = [];
  /** Of all ids of lines. */
  readonly #own = new NumberList();
  readonly #kept = new Map<Snapshot, KeptEdges | undefined>();

  add(lines: readonly SectionLine[]): void {
    const own = this.#own;
    for (const line of lines) {
      const { id, kept, ordinal } = line;
      own.push(hash32(id));
      const places = kept && this.#placesOf(kept.snapshot);
      if (kept !== undefined && places !== undefined) places[kept.ordinal] = ordinal + 1;
      else {
        const issue = issueOf(line);
        if (issue === undefined) this.#unreadable.push(ordinal);
        else if (issue.dependencies.length > 0) this.#addEdges(issue, ordinal);
      }
    }
  }

  #addEdges({ dependencies, status }: Issue, ordinal: number): void {
    const plain = (ordinal << linkBits) | (isLive(status) ? 0 : closedBit);
    const links = new Map<number, number>();
    for (const { depends_on_id: target, type } of dependencies) {
      const hash = hash32(target);
      links.set(hash, (links.get(hash) ?? plain) | linkOf(type));
    }
    for (const [hash, link] of links) this.#enter(link, hash);
  }

  *parts(): Generator<Uint8Array> {
    for (const kept of this.#kept.values()) if (kept !== undefined) this.#takeOver(kept);
    const edges = this.#edges.numbers;
    // Low half first, as on every machine that Bun runs on.
    new BigUint64Array(edges.buffer, 0, edges.length / 2).sort();
    const hashes = new NumberList();
    const ends = new NumberList();
    const links = new NumberList();
    let last: number | undefined;
    for (let at = 0; at < edges.length; at += 2) {
      const hash = edges[at + 1] ?? 0;
      if (last !== undefined && hash !== last) ends.push(links.length);
      if (hash !== last) hashes.push(hash);
      links.push(edges[at] ?? 0);
      last = hash;
    }
    if (last !== undefined) ends.push(links.length);
    // What an unreadable line is linked to nobody knows, so that nothing can be said of any id.
    const filter = this.#unreadable.length > 0 ? noWords : filterOf([this.#own.numbers, hashes.numbers]);
    const counts = [hashes.length, links.length, this.#unreadable.length, filter.length];
    yield bytesOf(Uint32Array.from(counts));
    for (const { numbers } of [hashes, ends, links]) yield bytesOf(numbers);
    yield bytesOf(Uint32Array.from(this.#unreadable).sort());
    yield bytesOf(filter);
  }

  #takeOver({ dependents, places }: KeptEdges): void {
    for (const { hash, links } of dependents.all()) {
      for (const link of links) {
        const place = places[link >>> linkBits] ?? 0;
        if (place > 0) this.#enter(((place - 1) << linkBits) | (link & linkMask), hash);
      }
    }
    for (const ordinal of dependents.unreadable()) {
      const place = places[ordinal] ?? 0;
      if (place > 0) this.#unreadable.push(place - 1);
    }
  }

  /** Undefined for a snapshot that has none of our rules. */
  #placesOf(snapshot: Snapshot): Uint32Array | undefined {
    if (this.#kept.has(snapshot)) return this.#kept.get(snapshot)?.places;
    const section = snapshot.sections.of("dependents");
    const places = new Uint32Array(snapshot.count);
    this.#kept.set(snapshot, section && { dependents: new DependentsSection(section), places });
    return section && places;
  }

  #enter(link: number, hash: number): void {
    this.#edges.push(link);
    this.#edges.push(hash);
  }
}

function linkOf(type: string): number {
  if (type === parentChild) return partLink;
  return blockingTypes.has(type) ? waitingLink : 0;
}

const linkMask = (1 << linkBits) - 1;

/** For each: of other ids one in fifty looks as if it were one, or fewer. */
const leastBits = 10;

/** A Bloom filter: an id of which a bit is missing in it is none of these. */
function filterOf(hashes: readonly Uint32Array[]): Uint32Array {
  const count = hashes.reduce((sum, { length }) => sum + length, 0);
  let length = 1;
  while (32 * length < leastBits * count) length *= 2;
  const words = new Uint32Array(length);
  for (const each of hashes) {
    // By index: the engine takes several times as long to go through an array of its own with `of`.
    for (let index = 0, { length: left } = each; left > 0; left -= 1, index += 1) {
      let probe = each[index] ?? 0;
      for (let probes = filterProbes; ; probes -= 1) {
        const at = (probe >>> 5) & (length - 1);
        words[at] = (words[at] ?? 0) | (1 << (probe & 31));
        if (probes === 1) break;
        probe = nextProbe(probe);
      }
    }
  }
  return words;
}

const noWords = new Uint32Array(0);

/** What an earlier snapshot says of lines that are kept. */
interface KeptEdges {
  readonly dependents: DependentsSection;
  /** From the ordinals there to 1 + those of this one; 0 where the line is another one now. */
  readonly places: Uint32Array;
}

function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
