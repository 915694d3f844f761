import { listDirectory } from "../native/directory";
import { SystemCallError } from "../native/errno";
import { closeFile, currentDirectory, openAt, readAt } from "../native/file";
import { status } from "../native/file-status";
import { join } from "./paths";

/** An object of git: what it is, and its content. */
export interface GitObject {
  readonly type: string;
  readonly bytes: Uint8Array;
}

type Inflate = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

/** Commits and tags are small; a larger object is none of those that we read. */
const largestObjectBytes = 4 * 1024 * 1024;
const deepestDelta = 4_096;
const idLength = 20;
const packTypes = ["", "commit", "tree", "blob", "tag"];

/**
 * The objects of a repository, loose and packed, as git's documentation describes the files (gitformat-pack). Nothing of it is trusted: what is not as it
 * should be is not found, or too large.
 */
export class GitObjects {
  readonly #directories: readonly string[];
  readonly #inflate: Inflate;

  constructor(directories: readonly string[], inflate: Inflate) {
    this.#directories = directories;
    this.#inflate = inflate;
  }

  /** The ids that begin with these hexadecimal digits, four or more of them. */
  idsFrom(digits: string): string[] {
    const found = this.#directories.flatMap((directory) => {
      const loose = namesIn(join(directory, digits.slice(0, 2))).map((rest) => digits.slice(0, 2) + rest);
      const packed = this.#packs(directory).flatMap(
        (pack) => withFile(`${pack}.idx`, (fd) => packedIds(fd, digits)) ?? [],
      );
      return [...loose, ...packed];
    });
    return [...new Set(found)].filter((id) => /^[0-9a-f]{40}$/.test(id) && id.startsWith(digits));
  }

  /** Undefined when there is no such object. */
  read(id: string, depth = 0): GitObject | undefined {
    for (const directory of this.#directories) {
      const loose = withFile(join(directory, `${id.slice(0, 2)}/${id.slice(2)}`), (fd) =>
        readAt(fd, 0, Math.min(status(fd).size, largestObjectBytes)),
      );
      if (loose !== undefined) return this.#looseObject(loose);
      for (const pack of this.#packs(directory)) {
        const offset = withFile(`${pack}.idx`, (fd) => packedOffset(fd, id));
        const found = offset && withFile(`${pack}.pack`, (fd) => this.#packedObject(fd, offset, depth));
        if (found) return found;
      }
    }
    return undefined;
  }

  #packs(directory: string): string[] {
    const packs = join(directory, "pack");
    return namesIn(packs)
      .filter((name) => name.endsWith(".idx"))
      .sort()
      .map((name) => join(packs, name.slice(0, -".idx".length)));
  }

  #looseObject(compressed: Uint8Array): GitObject | undefined {
    const bytes = this.#inflated(compressed);
    const end = bytes?.indexOf(0) ?? -1;
    if (bytes === undefined || end === -1) return undefined;
    const [type = ""] = new TextDecoder().decode(bytes.subarray(0, end)).split(" ");
    return { type, bytes: bytes.subarray(end + 1) };
  }

  #packedObject(fd: number, offset: number, depth: number): GitObject | undefined {
    const head = readAt(fd, offset, 64);
    const first = head[0] ?? 0;
    const size = readVarint(head, 1, first & 15, 4, first);
    if (depth > deepestDelta || size.value > largestObjectBytes) return undefined;
    const type = (first >> 4) & 7;
    if (type === 6) {
      const back = readBackwards(head, size.end);
      const base = back.value > 0 ? this.#packedObject(fd, offset - back.value, depth + 1) : undefined;
      return base && this.#patched(base, this.#dataAt(fd, offset + back.end, size.value));
    }
    if (type === 7) {
      const end = size.end + idLength;
      const base = this.read(Buffer.from(head.subarray(size.end, end)).toString("hex"), depth + 1);
      return base && this.#patched(base, this.#dataAt(fd, offset + end, size.value));
    }
    const bytes = this.#dataAt(fd, offset + size.end, size.value);
    return bytes && { type: packTypes[type] ?? "", bytes };
  }

  /** What is compressed there. Nobody says how long it is in that form; a little more than its content at the most. */
  #dataAt(fd: number, offset: number, size: number): Uint8Array | undefined {
    return this.#inflated(readAt(fd, offset, size + (size >> 9) + 64));
  }

  #patched(base: GitObject, delta: Uint8Array | undefined): GitObject | undefined {
    const bytes = delta && applyDelta(base.bytes, delta);
    return bytes && { type: base.type, bytes };
  }

  #inflated(bytes: Uint8Array): Uint8Array | undefined {
    try {
      return this.#inflate(bytes, { maxOutputLength: largestObjectBytes });
    } catch {
      return undefined;
    }
  }
}

/** Undefined when there is no such file, or it cannot be read. */
function withFile<T>(path: string, read: (fd: number) => T): T | undefined {
  let fd: number | undefined;
  try {
    fd = openAt(currentDirectory, path, "readThroughLink");
    // A device has no end.
    return status(fd).kind === "file" ? read(fd) : undefined;
  } catch (error) {
    if (error instanceof SystemCallError) return undefined;
    throw error;
  } finally {
    if (fd !== undefined) closeFile(fd);
  }
}

function namesIn(path: string): string[] {
  try {
    const fd = openAt(currentDirectory, path, "directory");
    try {
      return listDirectory(fd);
    } finally {
      closeFile(fd);
    }
  } catch (error) {
    if (error instanceof SystemCallError) return [];
    throw error;
  }
}

const indexMagic = 0xff744f63;
const fanoutStart = 8;
const namesStart = fanoutStart + 256 * 4;

/** The ids in an index of version 2 that begin with these digits. */
function packedIds(fd: number, digits: string): string[] {
  const range = indexRange(fd, Number.parseInt(digits.slice(0, 2), 16));
  const names = Buffer.from(
    readAt(fd, namesStart + range.from * idLength, (range.to - range.from) * idLength),
  );
  const ids: string[] = [];
  for (let at = 0; at + idLength <= names.length; at += idLength)
    ids.push(names.toString("hex", at, at + idLength));
  return ids.filter((id) => id.startsWith(digits));
}

/** Where in the pack an object begins; undefined when it is not there. */
function packedOffset(fd: number, id: string): number | undefined {
  const { from, to, count } = indexRange(fd, Number.parseInt(id.slice(0, 2), 16));
  const names = Buffer.from(readAt(fd, namesStart + from * idLength, (to - from) * idLength));
  for (let at = 0; at + idLength <= names.length; at += idLength) {
    if (names.toString("hex", at, at + idLength) !== id) continue;
    const offsets = namesStart + count * (idLength + 4);
    const short = wordAt(readAt(fd, offsets + (from + at / idLength) * 4, 4), 0);
    if (short < 0x80000000) return short;
    const long = readAt(fd, offsets + count * 4 + (short - 0x80000000) * 8, 8);
    return wordAt(long, 0) * 2 ** 32 + wordAt(long, 4);
  }
  return undefined;
}

/** Which entries of an index have this first byte. None, where it is no index of version 2. */
function indexRange(fd: number, first: number): { from: number; to: number; count: number } {
  const head = readAt(fd, 0, namesStart);
  if (head.length < namesStart || wordAt(head, 0) !== indexMagic || wordAt(head, 4) !== 2)
    return { from: 0, to: 0, count: 0 };
  const upTo = (byte: number): number => (byte < 0 ? 0 : wordAt(head, fanoutStart + byte * 4));
  const from = upTo(first - 1);
  // A damaged index must not ask for more memory than an index can hold of one byte.
  return { from, to: Math.min(Math.max(from, upTo(first)), from + mostOfOneByte), count: upTo(255) };
}

const mostOfOneByte = 1 << 20;

function wordAt(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  return a * 2 ** 24 + (b << 16) + (c << 8) + d;
}

interface ReadNumber {
  readonly value: number;
  /** Where the next thing begins. */
  readonly end: number;
}

/** Seven bits a byte, the lowest first, as long as the highest bit of the byte before is set. */
function readVarint(bytes: Uint8Array, start: number, lowest = 0, shift = 0, before = 0x80): ReadNumber {
  let value = lowest;
  let end = start;
  let last = before;
  for (let scale = 2 ** shift; (last & 0x80) !== 0 && end < bytes.length; scale *= 128) {
    last = bytes[end++] ?? 0;
    value += (last & 0x7f) * scale;
  }
  return { value, end };
}

/** How far back the base of a delta begins: the highest bits first, and one more for each further byte. */
function readBackwards(bytes: Uint8Array, start: number): ReadNumber {
  let end = start;
  let last = bytes[end++] ?? 0;
  let value = last & 0x7f;
  while ((last & 0x80) !== 0 && end < bytes.length) {
    last = bytes[end++] ?? 0;
    value = (value + 1) * 128 + (last & 0x7f);
  }
  return { value, end };
}

/** Undefined for a delta that copies what is not there. */
function applyDelta(base: Uint8Array, delta: Uint8Array): Uint8Array | undefined {
  const from = readVarint(delta, 0);
  const to = readVarint(delta, from.end);
  if (from.value !== base.length || to.value > largestObjectBytes) return undefined;
  const result = new Uint8Array(to.value);
  let filled = 0;
  for (let at = to.end; at < delta.length; ) {
    const order = delta[at++] ?? 0;
    const isCopy = (order & 0x80) !== 0;
    const numberOf = (bits: readonly number[]): number =>
      bits.reduce(
        (sum, bit, place) => sum + ((order & bit) === 0 ? 0 : (delta[at++] ?? 0) * 256 ** place),
        0,
      );
    const start = isCopy ? numberOf([1, 2, 4, 8]) : at;
    const length = isCopy ? numberOf([16, 32, 64]) || 0x10000 : order;
    const source = isCopy ? base : delta;
    if (length === 0 || start + length > source.length || filled + length > result.length) return undefined;
    result.set(source.subarray(start, start + length), filled);
    filled += length;
    if (!isCopy) at += length;
  }
  return filled === result.length ? result : undefined;
}
