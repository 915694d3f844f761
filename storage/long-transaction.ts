import type { Entry } from "../model/entry";
import type { BzError } from "../model/errors";
import type { Operation, UnreadPut } from "../model/operation";
import { isLine, isOperation } from "../model/operation-shape";
import { UnreadEntry } from "../model/unread-entry";
import type { corrupt } from "./failure";
import { decodeOperations, type FrameText, noTransaction, requireShape } from "./logged-transaction";
import { frameKind } from "./wal-format";

/**
 * The operations of a transaction. Of a long one as bz writes it, of a new issue only its id and the place are kept, and its line is read when it is asked for: so the text of
 * all of them is never made, and nobody holds all lines.
 *
 * @param damage the error that names it, also where one of the lines is none
 */
export function decodeLongOperations(frame: FrameText, damage: typeof corrupt): readonly Operation[] {
  const { kind, payload, sequence } = frame;
  if (kind !== frameKind.transaction || payload.length < longPayload) return decodeOperations(frame, damage);
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  return (
    placedOperations(bytes, (error) => noTransaction(error, sequence, damage)) ??
    decodeOperations(frame, damage)
  );
}

/** In bytes. */
const longPayload = 1 << 22;

type Damage = (error: unknown) => BzError;

/** Undefined where it is written in another way, or something is wrong with it, which is then named. */
function placedOperations(bytes: Buffer, damage: Damage): readonly Operation[] | undefined {
  try {
    return readEach(bytes, damage);
  } catch {
    return undefined;
  }
}

function readEach(bytes: Buffer, damage: Damage): readonly Operation[] | undefined {
  const list = bytes.indexOf(listStart);
  const end = bytes.length - listEnd.length;
  if (list === -1 || bytes.indexOf(listEnd, end) !== end) return undefined;
  requireShape(JSON.parse(`${bytes.toString("utf8", 0, list)}${listStart}${listEnd}`));
  const operations: Operation[] = [];
  for (let start = list + listStart.length; start < end; ) {
    // Within a text each quote has a backslash before it, so that this is a key.
    const next = bytes.indexOf(operationKey, start + operationKey.length);
    const stop = next === -1 ? end : next - 2;
    if (next !== -1 && !standsAt(bytes, stop - 1, between)) return undefined;
    operations.push(placedPut(bytes, start, stop, damage) ?? readOne(bytes, start, stop));
    start = stop + 1;
  }
  return operations;
}

/** Undefined for anything but a new issue whose id needs no escape. */
function placedPut(bytes: Buffer, start: number, stop: number, damage: Damage): UnreadPut | undefined {
  if (!standsAt(bytes, start, putStart)) return undefined;
  const idStart = start + putStart.length;
  const idEnd = bytes.indexOf(quote, idStart);
  if (idEnd === idStart || bytes[idEnd - 1] === backslash || !standsAt(bytes, idEnd, lineKey))
    return undefined;
  return new PlacedPut(
    bytes.toString("utf8", idStart, idEnd),
    bytes,
    idEnd + lineKey.length,
    stop - 1,
    damage,
  );
}

function standsAt(bytes: Uint8Array, start: number, wanted: Uint8Array): boolean {
  for (let at = 0; at < wanted.length; at += 1) if (bytes[start + at] !== wanted[at]) return false;
  return true;
}

/** @throws for what is no operation */
function readOne(bytes: Buffer, start: number, stop: number): Operation {
  const operation: unknown = JSON.parse(bytes.toString("utf8", start, stop));
  if (isOperation(operation)) return operation;
  throw new Error("no operation");
}

class PlacedPut implements UnreadPut {
  readonly op = "put";
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #damage: Damage;

  constructor(
    readonly id: string,
    bytes: Buffer,
    start: number,
    end: number,
    damage: Damage,
  ) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#damage = damage;
  }

  /** @throws BzError CORRUPT for what is none */
  get line(): string {
    try {
      const line: unknown = JSON.parse(this.#bytes.toString("utf8", this.#start, this.#end));
      if (isLine(line)) return line;
    } catch (error) {
      throw this.#damage(error);
    }
    throw this.#damage(new Error(`the line of ${this.id} is none`));
  }

  entry(version: number): Entry {
    return new UnreadEntry(this, version);
  }
}

const listStart = ',"operations":[';
const listEnd = "]}";
const operationKey = Buffer.from('"op":');
const between = Buffer.from("},{");
const putStart = Buffer.from('{"op":"put","id":"');
const lineKey = Buffer.from('","line":');
const quote = 0x22;
const backslash = 0x5c;
