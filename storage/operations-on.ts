import { encoder } from "../native/utf8";
import { hasMagic } from "./byte-layout";
import { frameKind } from "./wal-format";
import type { Frame } from "./wal-reader";

/**
 * The same transaction without most of the operations on other issues, for whoever looks for a few in a frame of many, such as that of an import: what is left out is
 * neither decoded nor parsed. The frame itself where its bytes do not tell what belongs to which, or where that does not pay.
 *
 * In our JSON `{"op":"` stands nowhere but where an object begins: its first quote has no backslash before it, and if it ended a text, `op` could not follow. That
 * the object is an operation, and not part of one, is certain as long as all of them are such as hold nothing but texts.
 */
export function withOperationsOn(frame: Frame, ids: ReadonlySet<string>): Frame {
  const { payload } = frame;
  if (frame.kind !== frameKind.transaction || payload.length < shortestBytes) return frame;
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const found = findOperations(bytes, new Set([...ids].map((id) => Buffer.from(id).toString("latin1"))));
  return found === undefined ? frame : { ...frame, payload: found };
}

/** @param ids their bytes, each as a character */
function findOperations(bytes: Buffer, ids: ReadonlySet<string>): Uint8Array | undefined {
  const first = bytes.indexOf(beforeFirst) + beforeFirst.length;
  if (first < beforeFirst.length || bytes.toString("latin1", bytes.length - behindLast.length) !== behindLast)
    return undefined;
  const pieces: Uint8Array[] = [bytes.subarray(0, first)];
  for (let start = first; start < bytes.length; ) {
    const opening = openings.find((each) => hasMagic(bytes, start, each));
    if (opening === undefined) return undefined;
    const idStart = start + opening.length;
    const idEnd = bytes.indexOf(quoteByte, idStart);
    const id = bytes.toString("latin1", idStart, idEnd);
    // It may be one of them in another spelling.
    if (id.includes("\\")) return undefined;
    const next = bytes.indexOf(between, idEnd);
    const end = next === -1 ? bytes.length - behindLast.length + 1 : next + 1;
    if (ids.has(id)) {
      if (pieces.length > 1) pieces.push(comma);
      pieces.push(bytes.subarray(start, end));
    }
    start = next === -1 ? bytes.length : end + 1;
  }
  return Buffer.concat([...pieces, closing]);
}

/** Where less is to be parsed, it takes less time than to look at it twice. */
const shortestBytes = 1 << 16;

/** Of operations that hold nothing but texts. */
const openings = ["put", "take"].map((name) => encoder.encode(`{"op":"${name}","id":"`));
const beforeFirst = Buffer.from('"operations":[');
const between = Buffer.from('},{"op":"');
const behindLast = "}]}";
const comma = Buffer.from(",");
const closing = Buffer.from("]}");
const quoteByte = 0x22;
