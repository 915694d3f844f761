/**
 * Lists of the ordinals of issues, ascending: the first one, then how much each one is beyond the one before, less one. A number has 7 bits a byte, the
 * lowest first; all of its bytes but the last have the highest bit set. A snapshot of 100,000 issues has ten million of them: these loops call nobody.
 */

/** Bytes at whose end lists are written. */
export class ListBytes {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 1 << 14) {
    this.bytes = new Uint8Array(capacity);
  }

  get all(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** Byte by byte: what is appended is mostly a word. */
  append(source: Uint8Array, start = 0, end = source.length): void {
    this.ensure(end - start);
    const { bytes, length } = this;
    for (let at = start; at < end; at += 1) bytes[length + at - start] = source[at] ?? 0;
    this.length = length + end - start;
  }

  number(value: number): void {
    this.ensure(longestNumber);
    this.length = putNumber(this.bytes, this.length, value);
  }

  /** Makes room for so many more. */
  ensure(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    larger.set(this.all);
    this.bytes = larger;
  }
}

/** Of numbers below 2^32. */
export const longestNumber = 5;

/** Where a list stands among others. */
export interface ListPlace {
  readonly lists: Uint8Array;
  readonly listStart: number;
  readonly listEnd: number;
}

/** Reads numbers one by one. */
export class NumberReader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  next(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at] ?? 0;
      this.at += 1;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }
}

/** The ordinals of a list. */
export function readOrdinals({ lists, listStart, listEnd }: ListPlace): number[] {
  const ordinals: number[] = [];
  const numbers = new NumberReader(lists, listStart);
  for (let ordinal = -1; numbers.at < listEnd; ordinals.push(ordinal)) ordinal += numbers.next() + 1;
  return ordinals;
}

/** Writes `added`, ascending, as a list. */
export function writeList(output: ListBytes, added: Uint32Array): void {
  const count = added.length;
  output.ensure(count * longestNumber);
  const { bytes } = output;
  let end = output.length;
  let last = -1;
  for (let at = 0; at < count; at += 1) {
    const ordinal = added[at] ?? 0;
    end = putNumber(bytes, end, ordinal - last - 1);
    last = ordinal;
  }
  output.length = end;
}

/**
 * Writes a list of other ordinals: `ordinals` says by the ordinal that stands there the one that it has now, -1 where it has none. They ascend as those do.
 * Those of `added` are put among them.
 */
export function writeMovedList(
  output: ListBytes,
  { lists, listStart, listEnd }: ListPlace,
  ordinals: Int32Array,
  added: Uint32Array,
): void {
  output.ensure((listEnd - listStart + added.length) * longestNumber);
  const { bytes } = output;
  let at = output.length;
  let before = -1;
  let last = -1;
  let next = 0;
  for (let from = listStart; from < listEnd; ) {
    let byte = lists[from++] ?? 0;
    let number = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = lists[from++] ?? 0;
      number |= (byte & 0x7f) << shift;
    }
    before += number + 1;
    const ordinal = ordinals[before] ?? -1;
    if (ordinal === -1) continue;
    for (; next < added.length && (added[next] ?? 0) < ordinal; next += 1) {
      const own = added[next] ?? 0;
      at = putNumber(bytes, at, own - last - 1);
      last = own;
    }
    at = putNumber(bytes, at, ordinal - last - 1);
    last = ordinal;
  }
  for (; next < added.length; next += 1) {
    const own = added[next] ?? 0;
    at = putNumber(bytes, at, own - last - 1);
    last = own;
  }
  output.length = at;
}

function putNumber(bytes: Uint8Array, from: number, value: number): number {
  let at = from;
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return at;
}
