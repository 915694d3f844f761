/** Little-endian fields of our binary files. Integers are unsigned; 53 bits are as many as a number holds exactly. */

export function dataViewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A 64-bit field as a number; NaN when it exceeds 2^53 - 1, which no file of ours holds. */
export function readUint53(view: DataView, offset: number): number {
  const high = view.getUint32(offset + 4, true);
  return high > 0x1fffff ? Number.NaN : high * 0x1_0000_0000 + view.getUint32(offset, true);
}

export function writeUint53(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value >>> 0, true);
  view.setUint32(offset + 4, Math.floor(value / 0x1_0000_0000), true);
}

/**
 * The same fields as numbers of an array, for what every start reads: a number through a view takes the engine twenty times as long. They stand in memory as in the file: Bun runs on
 * machines that have the low byte first. What does not begin at a multiple of their length is copied, and what is left over behind the last whole one is not among them.
 */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(buffer, byteOffset, length >> 2);
}

/** The same in 64 bits. */
export function longsOf(bytes: Uint8Array): BigUint64Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  return new BigUint64Array(buffer, byteOffset, length >> 3);
}

/** As `readUint53`; the number of the first of its two words, which are there. */
export function uint53At(words: Uint32Array, at: number): number {
  const high = words[at + 1] ?? 0;
  return high > 0x1fffff ? Number.NaN : high * 0x1_0000_0000 + (words[at] ?? 0);
}

/** A number as the processor has it, of which no call needs so many that an array of them paid: to make the first one takes the engine longer. */
export function float64At(words: Uint32Array, at: number): number {
  const [low, high] = [words[at] ?? 0, words[at + 1] ?? 0];
  const exponent = (high >>> 20) & 0x7ff;
  const fraction = (high & 0xfffff) * 0x1_0000_0000 + low;
  const sign = high >>> 31 === 0 ? 1 : -1;
  if (exponent === 0x7ff) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -1074
    : sign * (fraction + 0x10_0000_0000_0000) * 2 ** (exponent - 1075);
}

/** The array itself cuts off what does not fit a word, and fractions. */
export function setUint53At(words: Uint32Array, at: number, value: number): void {
  words[at] = value;
  words[at + 1] = value / 0x1_0000_0000;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Bun.deepEquals(a, b);
}

/** True when `bytes` has `magic` at `offset`. */
export function hasMagic(bytes: Uint8Array, offset: number, magic: Uint8Array): boolean {
  const { length } = magic;
  if (bytes.length < offset + length) return false;
  for (let index = 0; index < length; index += 1) if (bytes[offset + index] !== magic[index]) return false;
  return true;
}

/** What some editors put in front of UTF-8. */
export const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);
