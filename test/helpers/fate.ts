import { Random } from "../protocol-model/random";

/** Bytes written at an offset of a file. */
export interface Write {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What a power cut leaves of one write that was not synced. */
export interface Remains {
  /** The part that arrived. */
  readonly part: Write | undefined;
  /** Where only the length of the file arrived: zeros, or what stood there in an earlier life. */
  readonly filler?: "zeros" | Uint8Array;
}

/** Decides what a power cut leaves of everything that was not synced. */
export interface Fate {
  keepsNames(index: number, count: number): boolean;
  /** @param isSuperseded a later write covers the same bytes */
  ofWrite(write: Write, isSuperseded: boolean, stale: readonly Uint8Array[]): Remains;
  keepsMappedSector(): boolean;
}

export const sectorLength = 512;

/** Seeds 0 to 3 are the extremes: of names and content, neither arrived, both did, only the names, only the content. Every other seed draws a mixture. */
export class RandomFate implements Fate {
  readonly #random: Random;
  readonly #extreme: { names: boolean; content: boolean } | undefined;
  #prefix: number | undefined;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#extreme = extremes[seed];
  }

  keepsNames(index: number, count: number): boolean {
    if (index === 0 && this.#random.chance(0.25)) this.#prefix = this.#random.between(0, count);
    if (this.#extreme !== undefined) return this.#extreme.names;
    return this.#prefix === undefined ? this.#random.chance(0.5) : index < this.#prefix;
  }

  ofWrite(write: Write, _isSuperseded: boolean, stale: readonly Uint8Array[]): Remains {
    const random = this.#random;
    const fate = this.#extreme === undefined ? random.next() : this.#extreme.content ? 0.5 : 0;
    if (fate >= 0.35 && fate < 0.7) return { part: write };
    const part = fate < 0.35 ? undefined : tear(write, random);
    if (random.chance(0.5)) return { part };
    return { part, filler: (random.chance(0.3) ? random.pick(stale) : undefined) ?? "zeros" };
  }

  keepsMappedSector(): boolean {
    return this.#random.chance(0.5);
  }
}

/**
 * One outcome after another, until every combination was there: each change of names made or not; each write there, gone, or torn before or behind each
 * sector boundary and at two bytes that chance picks, with the file's length or without.
 */
export class EveryFate implements Fate {
  readonly #random: Random;
  #digits: number[] = [];
  #sizes: number[] = [];
  #at = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** How many there are, as far as the present one shows. */
  get count(): number {
    return this.#sizes.reduce((product, size) => product * size, 1);
  }

  /** False when there is no other one. */
  next(): boolean {
    this.#digits.length = this.#sizes.length;
    let place = this.#digits.length - 1;
    while (place >= 0 && (this.#digits[place] ?? 0) + 1 >= (this.#sizes[place] ?? 0)) place -= 1;
    this.#digits = this.#digits.slice(0, place + 1);
    if (place >= 0) this.#digits[place] = (this.#digits[place] ?? 0) + 1;
    this.#rewind();
    return place >= 0;
  }

  /** Any of them instead. */
  draw(): void {
    this.#digits = this.#sizes.map((size) => this.#random.between(0, size - 1));
    this.#rewind();
  }

  keepsNames(): boolean {
    return this.#choose(2) === 1;
  }

  ofWrite(write: Write, isSuperseded: boolean): Remains {
    if (isSuperseded) return { part: this.#choose(2) === 1 ? write : undefined };
    const cuts = cutsOf(write, this.#random);
    const choice = this.#choose(3 + 3 * cuts.length);
    if (choice === 0) return { part: write };
    if (choice === 1) return { part: undefined };
    if (choice === 2) return { part: undefined, filler: "zeros" };
    const cut = cuts[Math.floor(choice / 3) - 1] ?? 0;
    if (choice % 3 === 0) return { part: prefixOf(write, cut) };
    return { part: choice % 3 === 1 ? prefixOf(write, cut) : suffixOf(write, cut), filler: "zeros" };
  }

  keepsMappedSector(): boolean {
    return false;
  }

  #choose(size: number): number {
    const digit = Math.min(this.#digits[this.#at] ?? 0, size - 1);
    this.#digits[this.#at] = digit;
    this.#sizes[this.#at] = size;
    this.#at += 1;
    return digit;
  }

  #rewind(): void {
    this.#sizes = [];
    this.#at = 0;
  }
}

const extremes: readonly { names: boolean; content: boolean }[] = [
  { names: false, content: false },
  { names: true, content: true },
  { names: true, content: false },
  { names: false, content: true },
];

/** Lengths at which a write may end: at each sector of the disk, and anywhere. */
function cutsOf({ offset, bytes }: Write, random: Random): number[] {
  const cuts = [random.between(1, bytes.length), random.between(1, bytes.length)];
  const first = Math.ceil((offset + 1) / sectorLength) * sectorLength - offset;
  for (let cut = first; cut < bytes.length; cut += sectorLength) cuts.push(cut);
  return cuts;
}

/** The part of a write that arrived: up to or from a sector boundary or any byte. */
function tear(write: Write, random: Random): Write {
  const { offset, bytes } = write;
  let cut = random.between(0, bytes.length);
  if (random.chance(0.5))
    cut = Math.max(0, Math.floor((offset + cut) / sectorLength) * sectorLength - offset);
  return random.chance(0.7) ? prefixOf(write, cut) : suffixOf(write, cut);
}

function prefixOf({ offset, bytes }: Write, cut: number): Write {
  return { offset, bytes: bytes.subarray(0, cut) };
}

function suffixOf({ offset, bytes }: Write, cut: number): Write {
  return { offset: offset + cut, bytes: bytes.subarray(cut) };
}
