import { hash32 } from "./checksum";
import { DependentsSection } from "./dependents-section";
import { NumberList } from "./number-list";
import type { SectionBuilder, SectionLine } from "./section-writer";
import type { Snapshot } from "./snapshot";

/** Makes the section of dependents. What an earlier snapshot says of a line that it has, too, is taken over without parsing that. */
export class DependentsBuilder implements SectionBuilder {
  readonly kind = "dependents";
  /** For each edge the ordinal of the line and the hash of the other end: the halves of a number that sorts by the hash, then by the ordinal. */
  readonly #edges = new NumberList();
  readonly #unreadable: number[] = [];
  /** From the ordinals of an earlier snapshot to 1 + those of this one; 0 where the line is another one now. */
  readonly #kept = new Map<Snapshot, Uint32Array>();

  add(line: SectionLine): void {
    const { kept, ordinal } = line;
    if (kept !== undefined) {
      this.#placesOf(kept.snapshot)[kept.ordinal] = ordinal + 1;
      return;
    }
    const { issue } = line;
    if (issue === undefined) this.#unreadable.push(ordinal);
    const hashes = issue?.dependencies.map((edge) => hash32(edge.depends_on_id));
    for (const hash of new Set(hashes)) this.#enter(ordinal, hash);
  }

  *parts(): Generator<Uint8Array> {
    for (const [snapshot, places] of this.#kept) this.#takeOver(snapshot, places);
    const edges = this.#edges.numbers;
    // Low half first, as on every machine that Bun runs on.
    new BigUint64Array(edges.buffer, 0, edges.length / 2).sort();
    const hashes = new NumberList();
    const ends = new NumberList();
    const ordinals = new NumberList();
    let last: number | undefined;
    for (let at = 0; at < edges.length; at += 2) {
      const hash = edges[at + 1] ?? 0;
      if (last !== undefined && hash !== last) ends.push(ordinals.length);
      if (hash !== last) hashes.push(hash);
      ordinals.push(edges[at] ?? 0);
      last = hash;
    }
    if (last !== undefined) ends.push(ordinals.length);
    yield bytesOf(Uint32Array.of(hashes.length, ordinals.length, this.#unreadable.length));
    for (const { numbers } of [hashes, ends, ordinals]) yield bytesOf(numbers);
    yield bytesOf(Uint32Array.from(this.#unreadable).sort());
  }

  #takeOver(snapshot: Snapshot, places: Uint32Array): void {
    const section = new DependentsSection(snapshot.sections.of("dependents"));
    for (const { hash, ordinals } of section.all()) {
      for (const ordinal of ordinals) {
        const place = places[ordinal] ?? 0;
        if (place > 0) this.#enter(place - 1, hash);
      }
    }
    for (const ordinal of section.unreadable()) {
      const place = places[ordinal] ?? 0;
      if (place > 0) this.#unreadable.push(place - 1);
    }
  }

  #placesOf(snapshot: Snapshot): Uint32Array {
    const known = this.#kept.get(snapshot);
    if (known !== undefined) return known;
    const places = new Uint32Array(snapshot.count);
    this.#kept.set(snapshot, places);
    return places;
  }

  #enter(ordinal: number, hash: number): void {
    this.#edges.push(ordinal);
    this.#edges.push(hash);
  }
}

function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
