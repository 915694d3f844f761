import { findIn } from "../model/list";
import { decoder } from "../native/utf8";
import { dataViewOf, readUint53, wordsOf } from "./byte-layout";
import { checksum } from "./checksum";

/**
 * The sections of a snapshot: what is worked out from its lines when it is written, so that a reader need not ask each of them. They stand behind its
 * records, one behind the other, and the table behind the last one; `docs/storage-format.md` has the same tables.
 *
 *   a section: its bytes, then for each 16 KiB of them (the last block is shorter) the u64 checksum
 *
 *   entry of the table, 32 bytes, one a section, in their order
 *    0  kind, 12 bytes: its name, then zeros
 *   12  u32 version of the rules that it was made by
 *   16  u64 length of its bytes
 *   24  u64 checksum of the checksums of its blocks
 *
 * The trailer vouches for the table, that for the checksums of the blocks, these for each block. So a few bytes are read and verified with the table, the
 * checksums and a block, whatever the size of the section.
 */
export type SectionKind = "dependents" | "columns" | "heads" | "words";

/**
 * By which rules the sections are made. A number goes up with every change after which a line, or a state, would lead to other bytes, or the same bytes be
 * understood in another way: how texts are folded and cut into words, what counts as ready, how a time is read, and everything else that a builder asks the
 * model. A section of another version counts as none: whoever asks looks at the lines, and the next compaction makes it anew.
 */
export const rulesVersions: Readonly<Record<SectionKind, number>> = {
  dependents: 3,
  columns: 1,
  heads: 2,
  words: 1,
};

/** The table as it was read, and what vouches for it. */
export interface SectionTable {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly checksum: bigint;
}

export const blockLength = 1 << 14;
export const sectionEntryLength = 32;

/** Where a section is, and what vouches for it. */
export interface SectionPlace {
  readonly kind: string;
  readonly rulesVersion: number;
  readonly offset: number;
  readonly length: number;
  /** Of the checksums of its blocks, which stand behind its bytes. */
  readonly checksum: bigint;
}

/** What sections ask of their file: bytes from an offset, fewer only where the file ends, and the error that says how it is damaged. */
export interface SectionSource {
  read(offset: number, length: number): Uint8Array;
  corrupt(what: string): Error;
}

/** The sections of one snapshot. */
export class Sections {
  readonly #source: SectionSource;
  readonly #places: readonly SectionPlace[];
  readonly #opened = new Map<string, Section>();

  /**
   * @param start where the first section begins
   * @throws BzError CORRUPT
   */
  constructor(table: SectionTable, start: number, source: SectionSource) {
    const { offset, bytes } = table;
    const places = checksum(bytes) === table.checksum ? decodeSectionTable(bytes, start, offset) : undefined;
    if (places === undefined)
      throw source.corrupt(`the table of sections at offset ${offset} does not verify.`);
    this.#source = source;
    this.#places = places;
  }

  /** Undefined when there is none of our rules: what another bz makes of the lines is not asked. */
  of(kind: SectionKind): Section | undefined {
    const known = this.#opened.get(kind);
    if (known !== undefined) return known;
    const place = findIn(this.#places, (each) => each.kind === kind);
    if (place?.rulesVersion !== rulesVersions[kind]) return undefined;
    const section = new Section(this.#source, place);
    this.#opened.set(kind, section);
    return section;
  }

  /** Those that are not there, or made by other rules. */
  get missing(): SectionKind[] {
    const kinds = Object.keys(rulesVersions) as SectionKind[];
    return kinds.filter((kind) => this.of(kind) === undefined);
  }

  /** What is wrong with a section, whose bytes are those that were written. */
  corrupt(what: string): Error {
    return this.#source.corrupt(what);
  }

  /**
   * Reads every byte of every section.
   * @throws BzError CORRUPT
   */
  verify(): void {
    for (const place of this.#places) new Section(this.#source, place).verify();
  }
}

/** The table of a snapshot whose first section begins at `start`; undefined when its sections do not end at `end`. */
export function decodeSectionTable(
  bytes: Uint8Array,
  start: number,
  end: number,
): SectionPlace[] | undefined {
  const view = dataViewOf(bytes);
  const places: SectionPlace[] = [];
  let offset = start;
  for (let at = 0; at + sectionEntryLength <= bytes.length; at += sectionEntryLength) {
    let end = at + kindLength;
    while (end > at && bytes[end - 1] === 0) end -= 1;
    const kind = decoder.decode(bytes.subarray(at, end));
    const length = readUint53(view, at + 16);
    places.push({
      kind,
      rulesVersion: view.getUint32(at + kindLength, true),
      offset,
      length,
      checksum: view.getBigUint64(at + 24, true),
    });
    offset += length + checksumLength * blocksIn(length);
  }
  return offset === end && bytes.length % sectionEntryLength === 0 ? places : undefined;
}

/** An open section of a snapshot. Only the blocks of what is asked for are read, verified, and kept for whoever asks for more of one. */
export class Section {
  readonly #source: SectionSource;
  readonly #place: SectionPlace;
  readonly #blocks = new Map<number, Uint8Array>();
  #checksums: DataView | undefined;

  constructor(source: SectionSource, place: SectionPlace) {
    this.#source = source;
    this.#place = place;
  }

  get length(): number {
    return this.#place.length;
  }

  /**
   * The bytes from `offset`, fewer than `length` only where the section ends. They are shared with other readers: not to be changed.
   * @throws BzError CORRUPT
   */
  read(offset: number, length: number): Uint8Array {
    const end = Math.min(offset + length, this.length);
    if (end <= offset) return new Uint8Array(0);
    const first = Math.floor(offset / blockLength);
    const last = Math.floor((end - 1) / blockLength);
    const block = first === last ? this.#blocks.get(first) : undefined;
    const start = first * blockLength;
    return (block ?? this.#readBlocks(first, last)).subarray(offset - start, end - start);
  }

  /**
   * The same as numbers of four bytes each, of which `offset` is a multiple.
   * @throws BzError CORRUPT
   */
  readUint32s(offset: number, count: number): Uint32Array {
    return wordsOf(this.read(offset, 4 * count));
  }

  /**
   * Reads all of it, and keeps nothing.
   * @throws BzError CORRUPT
   */
  verify(): void {
    const count = blocksIn(this.length);
    this.#loadChecksums();
    for (let first = 0; first < count; first += blocksAtOnce) {
      this.#readBlocks(first, Math.min(first + blocksAtOnce, count) - 1);
      this.#blocks.clear();
    }
  }

  /** These blocks, one after the other. */
  #readBlocks(first: number, last: number): Uint8Array {
    const checksums = this.#loadChecksums();
    const { offset } = this.#place;
    const start = first * blockLength;
    const length = Math.min((last + 1) * blockLength, this.length) - start;
    const bytes = this.#source.read(offset + start, length);
    for (let index = first; index <= last; index += 1) {
      const at = index * blockLength - start;
      const block = bytes.subarray(at, Math.min(at + blockLength, length));
      const expected = checksums.getBigUint64(index * checksumLength, true);
      if (bytes.length !== length || checksum(block) !== expected)
        throw this.#damage(`its block at offset ${offset + index * blockLength}`);
      this.#blocks.set(index, block);
    }
    return bytes;
  }

  #loadChecksums(): DataView {
    if (this.#checksums !== undefined) return this.#checksums;
    const { offset, checksum: expected } = this.#place;
    const at = offset + this.length;
    const bytes = this.#source.read(at, checksumLength * blocksIn(this.length));
    if (checksum(bytes) !== expected) throw this.#damage(`the list of checksums at offset ${at}`);
    this.#checksums = dataViewOf(bytes);
    return this.#checksums;
  }

  #damage(what: string): Error {
    const { kind, offset } = this.#place;
    return this.#source.corrupt(`the section of ${kind} at offset ${offset}: ${what} does not verify.`);
  }
}

function blocksIn(length: number): number {
  return Math.ceil(length / blockLength);
}

export const kindLength = 12;
const checksumLength = 8;
/** A megabyte in one read. */
const blocksAtOnce = 64;
