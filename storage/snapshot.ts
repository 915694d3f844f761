import { BzError } from "../model/errors";
import { compareIds } from "../model/issue-id";
import { parseIssue } from "../model/issue-json";
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
  snapshotTrailerLength,
} from "./snapshot-format";

/** An open snapshot. Nothing but its header, fence and trailer is read before it is asked for; what is read is verified first. */
export class Snapshot implements IssueSource {
  readonly #leaves = new Map<number, readonly LeafEntry[]>();
  #lines: Uint8Array | undefined;
  #saved: string | undefined;

  constructor(
    readonly file: OpenFile,
    readonly status: FileStatus,
    readonly header: SnapshotHeader,
    readonly fence: readonly FenceEntry[],
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

  /**
   * Ids of all issues whose line contains `text`, found by searching the bytes of all lines at once. A line that spells one of its characters as an escape
   * may hold it, too, and is named as well.
   */
  *idsMentioning(text: string): Generator<string> {
    this.loadLines();
    const bytes = this.#lines ?? new Uint8Array(0);
    const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const named = new Set<number>();
    for (const needle of [Buffer.from(text), escapeBytes]) {
      for (let at = lines.indexOf(needle); at !== -1; ) {
        const mayHold = needle !== escapeBytes || text.includes(escapedCharacter(lines, at));
        const start = lines.lastIndexOf(newline, at) + 1;
        const end = lines.indexOf(newline, at);
        if (mayHold && !named.has(start)) {
          named.add(start);
          yield this.#idOfLine(lines.toString("utf8", start, end), start);
        }
        at = lines.indexOf(needle, mayHold ? end : at + needle.length);
      }
    }
  }

  *entries(): Generator<LeafEntry> {
    for (let index = 0; index < this.fence.length; index += 1) yield* this.#leaf(index);
  }

  /**
   * The bytes of one line, verified.
   * @throws BzError CORRUPT
   */
  lineBytes(entry: LeafEntry): Uint8Array {
    const bytes =
      this.#lines === undefined
        ? this.#read(entry.offset, entry.length)
        : this.#lines.subarray(
            entry.offset - snapshotHeaderLength,
            entry.offset - snapshotHeaderLength + entry.length,
          );
    if (bytes.length !== entry.length || checksum(bytes) !== entry.checksum)
      throw this.#damage(`the line of ${entry.id} at offset ${entry.offset}`);
    return bytes;
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

  /** Reads all lines at once; worth it before most of them are asked for. */
  loadLines(): void {
    this.#lines ??= this.#read(snapshotHeaderLength, this.header.linesLength);
  }

  /**
   * Reads everything in it.
   * @throws BzError CORRUPT
   */
  verify(): void {
    this.loadLines();
    for (const entry of this.entries()) {
      this.lineBytes(entry);
      this.verifyEnd(entry);
    }
    this.records();
  }

  /**
   * No checksum covers the end of a line, and a search over all lines needs it.
   * @throws BzError CORRUPT
   */
  verifyEnd({ id, offset, length }: LeafEntry): void {
    const end = this.#lines?.[offset + length - snapshotHeaderLength] ?? this.#read(offset + length, 1)[0];
    if (end === newline) return;
    throw corrupt(`${this.file.path} is damaged: the line of ${id} at offset ${offset} has no end.`, {
      file: this.file.path,
      offset: offset + length,
    });
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

  /** The line itself is verified when the issue is asked for; here it only has to lead there. */
  #idOfLine(line: string, start: number): string {
    try {
      return parseIssue(line).id;
    } catch (error) {
      if (!(error instanceof BzError)) throw error;
      throw this.#damage(`the line at offset ${snapshotHeaderLength + start}`);
    }
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
    const told = `${this.file.path} is damaged: ${what} does not match its checksum.`;
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
  const trailer = decodeSnapshotTrailer(
    file.read(Math.max(0, status.size - snapshotTrailerLength), snapshotTrailerLength),
  );
  if (header === undefined || trailer === undefined || trailer.fileLength !== status.size)
    throw corrupt(
      `${file.path} is damaged: its ${header === undefined ? "header" : "trailer"} does not verify.`,
      { file: file.path },
    );
  const fenceStart = fenceStartOf(header);
  if (fenceStart + header.fenceLength + header.recordsLength + snapshotTrailerLength !== status.size)
    throw corrupt(`${file.path} is damaged: its parts do not add up to its length.`, { file: file.path });
  const fenceBytes = file.read(fenceStart, header.fenceLength);
  const fence = checksum(fenceBytes) === trailer.fenceChecksum ? decodeFence(fenceBytes) : undefined;
  if (fence === undefined || fence.reduce((count, leaf) => count + leaf.count, 0) !== header.count)
    throw corrupt(`${file.path} is damaged: its fence at offset ${fenceStart} does not verify.`, {
      file: file.path,
    });
  if (fence.some((leaf) => leaf.count > leafCapacity))
    throw corrupt(`${file.path} is damaged: a leaf is too large.`, { file: file.path });
  return new Snapshot(file, status, header, fence);
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

/** The character that the escape at `at` stands for. */
function escapedCharacter(lines: Buffer, at: number): string {
  return String.fromCharCode(Number.parseInt(lines.toString("latin1", at + 2, at + 6), 16));
}

const newline = 10;
const escapeBytes = Buffer.from("\\u");
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
