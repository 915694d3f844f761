import type { Entry } from "../model/entry";
import type { Operation, UnreadPut } from "../model/operation";
import { isOperation } from "../model/operation-shape";
import { UnreadEntry } from "../model/unread-entry";
import { YoungGarbageMeter } from "../native/memory";
import { decoder } from "../native/utf8";
import type { FrameText } from "./logged-transaction";
import { frameKind } from "./wal-format";

/**
 * The operations of a long transaction as bz writes it, each read by itself. Of new issues only the places are kept, and each line is read when it is asked for: the text of
 * all of them is never made, and nobody holds all lines. Undefined where it has to be read as a whole: it is short, purged, or written in another way.
 */
export function operationsOfLong(
  { kind, payload }: FrameText,
  requireShape: (value: unknown) => void,
): readonly Operation[] | undefined {
  if (kind !== frameKind.transaction) return undefined;
  try {
    return readEach(Buffer.from(payload.buffer, payload.byteOffset, payload.length), requireShape);
  } catch {
    // Read as a whole, what is wrong with it is named.
    return undefined;
  }
}

function readEach(bytes: Buffer, requireShape: (value: unknown) => void): readonly Operation[] | undefined {
  const list = bytes.indexOf(listStart);
  const end = bytes.length - listEnd.length;
  if (list === -1 || bytes.indexOf(listEnd, end) !== end) return undefined;
  requireShape(JSON.parse(`${textOf(bytes, 0, list)}${listStart}${listEnd}`));
  const garbage = new YoungGarbageMeter();
  const operations: Operation[] = [];
  for (let start = list + listStart.length; start < end; ) {
    // Within a text a quote has a backslash before it. Where it stands in an object of somebody's own, what is in front of it is no JSON.
    const next = bytes.indexOf(between, start);
    const stop = next === -1 ? end : next + 1;
    const operation: unknown = JSON.parse(textOf(bytes, start, stop));
    if (!isOperation(operation)) return undefined;
    operations.push(operation.op === "put" ? new PlacedPut(operation.id, bytes, start, stop) : operation);
    garbage.add(stop - start);
    start = stop + 1;
  }
  return operations;
}

const listStart = ',"operations":[';
const listEnd = "]}";
const between = Buffer.from('},{"op":"');

class PlacedPut implements UnreadPut {
  readonly op = "put";
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;

  constructor(
    readonly id: string,
    bytes: Uint8Array,
    start: number,
    end: number,
  ) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  get line(): string {
    return JSON.parse(textOf(this.#bytes, this.#start, this.#end)).line;
  }

  entry(version: number): Entry {
    return new UnreadEntry(this, version);
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end));
}
