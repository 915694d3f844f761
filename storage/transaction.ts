import type { Operation } from "../model/operation";
import { encoder } from "../native/utf8";
import type { LongPayload } from "./long-payload";
import { frameLengthLimit } from "./wal-format";

/** Who changes the store, when and with which command: what `history` shows beside the operations. */
export interface TransactionInfo {
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  readonly actor: string;
  readonly session?: string;
  readonly command: string;
}

export interface Transaction extends TransactionInfo {
  /** The transactions that this one takes back, by sequence. */
  readonly undoes?: readonly number[];
  readonly operations: readonly Operation[];
}

/** In bytes of JSON. */
export interface TransactionLimits {
  /** Of what a user says. What stands in a face was written elsewhere, and must not keep anybody from writing here: only the payload limits it. */
  readonly operation: number;
  readonly payload: number;
}

/** What a frame is made of, in its order. */
export interface OperationList extends Iterable<Operation> {
  readonly length: number;
  /** About as long as their lines, in letters, where that is known. */
  readonly roughLength?: number;
}

const transactionLimits: TransactionLimits = { operation: 16 * 1024 * 1024, payload: frameLengthLimit };

/**
 * A frame's payload: JSON with the keys `time`, `actor`, `session`, `command`, `undoes`, `operations`.
 * @throws BzError INVALID when an operation or all of them are larger than a reader takes
 */
export function encodeTransaction(
  info: TransactionInfo & { readonly undoes?: readonly number[] | undefined },
  operations: OperationList,
  limits = transactionLimits,
): Uint8Array {
  const session = info.session === undefined ? {} : { session: info.session };
  const undoes = info.undoes === undefined ? {} : { undoes: info.undoes };
  const { timeMs: time, actor, command } = info;
  const head = JSON.stringify({ time, actor, ...session, command, ...undoes });
  const refuseAbove = (bytes: number): void => {
    if (bytes > limits.payload) throw tooLarge().transactionTooLarge(operations.length, limits.payload);
  };
  let long: LongPayload | undefined;
  let text = `${head.slice(0, -1)},"operations":[`;
  let isFirst = true;
  for (const operation of operations) {
    const json = JSON.stringify(operation);
    if (operation.op !== "take" && isLonger(json, limits.operation))
      throw tooLarge().operationTooLarge(operation, limits.operation);
    // A long one piece by piece, so that no text of everything is made, which may be too long to be one.
    if (text.length >= longLength) {
      long ??= emptyLongPayload(operations);
      long.add(text);
      refuseAbove(long.length);
      text = "";
    }
    text += isFirst ? json : `,${json}`;
    isFirst = false;
  }
  const payload = long === undefined ? encoder.encode(`${text}]}`) : long.ended(`${text}]}`);
  refuseAbove(payload.length);
  return payload;
}

const longLength = 1 << 16;

function emptyLongPayload(operations: OperationList): LongPayload {
  const { longPayloadOf } = require("./long-payload") as typeof import("./long-payload");
  return longPayloadOf(operations);
}

/** UTF-8 takes at most three bytes for a unit of a string, so that short texts need no counting. */
function isLonger(text: string, limit: number): boolean {
  return text.length * 3 > limit && encoder.encode(text).length > limit;
}

/** Its errors are for the few who meet them. */
function tooLarge(): typeof import("./too-large") {
  return require("./too-large") as typeof import("./too-large");
}
