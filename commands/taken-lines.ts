import { meterYoungGarbage } from "../storage/beside-store";
import { decodePiece, type NamedBytes, refuseLarge } from "./named-text";

/**
 * The lines of a text, without their ends. They are decoded some thousands at a time, so that nobody holds all of them; at the end the bytes are given back,
 * without waiting for the engine to look for what nobody holds.
 * @throws BzError INVALID for bytes that are not UTF-8, FILE_UNREADABLE for more than a gibibyte
 */
export function* takeLines({ bytes, source }: NamedBytes): Generator<string> {
  refuseLarge(bytes.length, source);
  const garbage = meterYoungGarbage();
  for (let start = 0; start < bytes.length; ) {
    const end = endOfLines(bytes, start);
    // A line end is no part of another character.
    const text = decodePiece(bytes.subarray(start, end), source, { ignoreBOM: start > 0 });
    for (let at = 0; at < text.length; ) {
      const next = text.indexOf("\n", at);
      const stop = next === -1 ? text.length : next;
      yield text.slice(at, stop);
      at = stop + 1;
    }
    garbage.add(end - start);
    start = end;
  }
  const { buffer } = bytes;
  const isAllOfIt = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length;
  if (isAllOfIt) buffer.transfer(0);
}

/** Behind the last line of about so many bytes, or behind one that is longer. */
function endOfLines(bytes: Uint8Array, start: number): number {
  const most = start + pieceBytes;
  if (most >= bytes.length) return bytes.length;
  const last = bytes.lastIndexOf(lineEnd, most);
  const end = last >= start ? last : bytes.indexOf(lineEnd, most);
  return end === -1 ? bytes.length : end + 1;
}

const pieceBytes = 1 << 18;
const lineEnd = 10;
