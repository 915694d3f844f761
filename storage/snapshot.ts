import type { BzError } from "../model/errors";
import { compareIds } from "../model/issue-id";
import type { StoredRecord } from "../model/record";
import type { IssueSource } from "../model/state";
import type { FileStatus } from "../native/file-status";
import { checksum } from "./checksum";
import { corrupt, withStorageErrors, writtenByNewer } from "./failure";
import type { Directory, OpenFile } from "./file-system";
import { snapshotName } from "./paths";
import {
  decodeFence,
  decodeLeaf,
  decodeSnapshotHeader,
  decodeSnapshotTrailer,
  type FenceEntry,
  type LeafEntry,
  leafCapacity,
  type SnapshotHeader,
  snapshotHeaderLength,
  snapshotTailLength,
  snapshotTrailerLength,
} from "./snapshot-format";
import type { Sections, SectionTable } from "./snapshot-sections";

/** An open snapshot. Nothing but its header, fence and trailer is read before it is asked for; what is read is verified first. */
export class Snapshot implements IssueSource {
  readonly #leaves = new Map<number, readonly LeafEntry[]>();
  #lines: Uint8Array | undefined;
  #sections: Sections | undefined;
  #saved: string | undefined;

  constructor(
    readonly file: OpenFile,
    readonly status: FileStatus,
    readonly header: SnapshotHeader,
    readonly fence: readonly FenceEntry[],
    /** The table of sections, not verified yet. */
    readonly table: SectionTable,
  ) {}

  get count(): number {
    return this.header.count;
  }

  has(id: string): boolean {
    return this.entryOf(id) !== undefined;
  }

  line(id: string): string | undefined {
    const entry = this.entryOf(id);
    return entry === undefined ? undefined : decoder.decode(this.lineBytes(entry));
  }

  version(id: string): number {
    return this.entryOf(id)?.version ?? 0;
  }

  /** Where the line of that id is, and its checksum; undefined for an unknown one. */
  entryOf(id: string): LeafEntry | undefined {
    const index = lastIndexNotAfter(this.fence, (leaf) => leaf.firstId, id);
    if (index < 0) return undefined;
    const leaf = this.#leaf(index);
    const entry = leaf[lastIndexNotAfter(leaf, (each) => each.id, id)];
    return entry?.id === id ? entry : undefined;
  }

  *ids(): Generator<string> {
    for (const entry of this.entries()) yield entry.id;
  }

  /** Ids of all issues whose line contains `text`. */
  idsMentioning(text: string): Iterable<string> {
    this.loadLines();
    const { idsOfLinesWith } = require("./byte-search") as typeof import("./byte-search");
    return idsOfLinesWith(this.#lines ?? new Uint8Array(0), text, (start) =>
      this.#damage(`the line at offset ${snapshotHeaderLength + start}`),
    );
  }

  *entries(): Generator<LeafEntry> {
    for (let index = 0; index < this.fence.length; index += 1) yield* this.#leaf(index);
  }

  /**
   * The bytes of one line, verified.
   * @throws BzError CORRUPT
   */
  lineBytes(entry: LeafEntry): Uint8Array {
    const bytes = this.bytesOfLines(entry.offset, entry.length);
    if (bytes.length !== entry.length || checksum(bytes) !== entry.checksum)
      throw this.#damage(`the line of ${entry.id} at offset ${entry.offset}`);
    return bytes;
  }

  /** Not verified; `offset` is one in the file. */
  bytesOfLines(offset: number, length: number): Uint8Array {
    if (this.#lines === undefined) return this.#read(offset, length);
    return this.#lines.subarray(offset - snapshotHeaderLength, offset - snapshotHeaderLength + length);
  }

  /**
   * What is kept beside the issues, verified.
   * @throws BzError CORRUPT
   */
  records(): readonly StoredRecord[] {
    const { recordsLength } = this.header;
    if (recordsLength === 0) return [];
    const offset = fenceStartOf(this.header) + this.header.fenceLength;
    const { decodeRecords } = require("./snapshot-records") as typeof import("./snapshot-records");
    const records = decodeRecords(this.#read(offset, recordsLength));
    if (records === undefined) throw this.#damage(`the section of records at offset ${offset}`);
    return records;
  }

  /** What was worked out from the lines when the snapshot was written. */
  get sections(): Sections {
    if (this.#sections !== undefined) return this.#sections;
    const module = require("./snapshot-sections") as typeof import("./snapshot-sections");
    const start = fenceStartOf(this.header) + this.header.fenceLength + this.header.recordsLength;
    this.#sections = new module.Sections(this.table, start, {
      read: (offset, length) => this.#read(offset, length),
      corrupt: (what) => this.#corrupt(what),
    });
    return this.#sections;
  }

  /** Reads all lines at once; worth it before most of them are asked for. */
  loadLines(): void {
    this.#lines ??= this.#read(snapshotHeaderLength, this.header.linesLength);
  }

  /** From now on it is read for the answer alone. */
  serveAnswer(saved: string): void {
    this.#saved = saved;
  }

  close(): void {
    this.file.close();
  }

  #read(offset: number, length: number): Uint8Array {
    if (this.#saved === undefined) return this.file.read(offset, length);
    return withStorageErrors(this.#saved, () => this.file.read(offset, length));
  }

  #leaf(index: number): readonly LeafEntry[] {
    const known = this.#leaves.get(index);
    if (known !== undefined) return known;
    const place = this.fence[index];
    if (place === undefined) return [];
    const bytes = this.#read(place.offset, place.length);
    const entries =
      bytes.length === place.length && checksum(bytes) === place.checksum ? decodeLeaf(bytes) : undefined;
    if (entries === undefined || entries.length !== place.count)
      throw this.#damage(`the index leaf at offset ${place.offset}`);
    this.#leaves.set(index, entries);
    return entries;
  }

  #damage(what: string): BzError {
    return this.#corrupt(`${what} does not match its checksum.`);
  }

  #corrupt(what: string): BzError {
    const told = `${this.file.path} is damaged: ${what}`;
    return corrupt(this.#saved === undefined ? told : `${told} ${this.#saved}`, { file: this.file.path });
  }
}

/**
 * The published snapshot, undefined when there is none.
 * @throws BzError CORRUPT when its header, fence or trailer does not verify
 */
export function openSnapshot(store: Directory, name = snapshotName): Snapshot | undefined {
  const file = store.open(name, "read");
  if (file === undefined) return undefined;
  try {
    return parseSnapshot(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

function parseSnapshot(file: OpenFile): Snapshot {
  const status = file.status();
  const header = decodeSnapshotHeader(file.read(0, snapshotHeaderLength));
  if (header === "newer") throw writtenByNewer(file.path);
  const tail = file.read(Math.max(0, status.size - snapshotTailLength), snapshotTailLength);
  const trailerAt = tail.length - snapshotTrailerLength;
  const trailer = trailerAt < 0 ? undefined : decodeSnapshotTrailer(tail.subarray(trailerAt));
  if (header === undefined || trailer === undefined || trailer.fileLength !== status.size)
    throw corrupt(
      `${file.path} is damaged: its ${header === undefined ? "header" : "trailer"} does not verify.`,
      { file: file.path },
    );
  const fenceStart = fenceStartOf(header);
  const table: SectionTable = {
    offset: status.size - snapshotTrailerLength - trailer.tableLength,
    bytes: tail.subarray(trailerAt - trailer.tableLength, trailerAt),
    checksum: trailer.tableChecksum,
  };
  if (fenceStart + header.fenceLength + header.recordsLength > table.offset)
    throw corrupt(`${file.path} is damaged: its parts do not add up to its length.`, { file: file.path });
  const fenceBytes = file.read(fenceStart, header.fenceLength);
  const fence = checksum(fenceBytes) === trailer.fenceChecksum ? decodeFence(fenceBytes) : undefined;
  if (fence === undefined || fence.reduce((count, leaf) => count + leaf.count, 0) !== header.count)
    throw corrupt(`${file.path} is damaged: its fence at offset ${fenceStart} does not verify.`, {
      file: file.path,
    });
  if (fence.some((leaf) => leaf.count > leafCapacity))
    throw corrupt(`${file.path} is damaged: a leaf is too large.`, { file: file.path });
  return new Snapshot(file, status, header, fence, table);
}

function fenceStartOf({ linesLength, leavesLength }: SnapshotHeader): number {
  return snapshotHeaderLength + linesLength + leavesLength;
}

/** Binary search: the last item whose key is not after `id`, -1 when all are. */
function lastIndexNotAfter<T>(items: readonly T[], keyOf: (item: T) => string, id: string): number {
  let low = 0;
  let high = items.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && compareIds(keyOf(item), id) <= 0) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
