import { BzError } from "../model/errors";
import { isJsonObject } from "../model/json";
import { type Operation, parseOperation } from "../model/operation";
import { decoder, encoder } from "../native/utf8";
import { corrupt, writtenByNewer } from "./failure";
import type { LongPayload } from "./long-payload";
import { frameKind, frameLengthLimit } from "./wal-format";
import type { Frame } from "./wal-reader";

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

const transactionLimits: TransactionLimits = { operation: 16 * 1024 * 1024, payload: frameLengthLimit };

/**
 * A frame's payload: JSON with the keys `time`, `actor`, `session`, `command`, `undoes`, `operations`.
 * @throws BzError INVALID when an operation or all of them are larger than a reader takes
 */
export function encodeTransaction(
  info: TransactionInfo & { readonly undoes?: readonly number[] | undefined },
  operations: readonly Operation[],
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
    if (long === undefined && text.length >= longLength) {
      const { longPayloadOf } = require("./long-payload") as typeof import("./long-payload");
      long = longPayloadOf(operations);
      long.add(text);
    }
    if (long === undefined) {
      text += isFirst ? json : `,${json}`;
      isFirst = false;
      continue;
    }
    // What stands before the first one may be long by itself: a name, or all that is taken back.
    if (!isFirst) long.add(",");
    long.add(json);
    isFirst = false;
    refuseAbove(long.length);
  }
  const payload = long === undefined ? encoder.encode(`${text}]}`) : long.ended("]}");
  refuseAbove(payload.length);
  return payload;
}

const longLength = 1 << 16;

/** What a verified frame says, wherever it stands. */
export type FrameText = Pick<Frame, "kind" | "sequence" | "payload">;

/**
 * The transaction in a verified frame.
 * @throws BzError CORRUPT when the payload is not one, although its checksum holds: another program wrote it. UNSUPPORTED when a newer bz did
 */
export function decodeTransaction(frame: FrameText): Transaction {
  return decode(frame, corrupt, parseTransaction);
}

/**
 * The operations of the same.
 * @param damage the error that names it
 */
export function decodeOperations(frame: FrameText, damage: typeof corrupt): readonly Operation[] {
  return decode(frame, damage, parseOperations);
}

/** The same where the JSON in it was parsed already. */
export function operationsOf(value: unknown, sequence: number, damage: typeof corrupt): readonly Operation[] {
  try {
    return parseOperations(value);
  } catch (error) {
    throw noTransaction(error, sequence, damage);
  }
}

function decode<T>(frame: FrameText, damage: typeof corrupt, parse: (value: unknown) => T): T {
  if (frame.kind !== frameKind.transaction && frame.kind !== frameKind.purged)
    throw writtenByNewer(`Frame ${frame.sequence} of the log`);
  try {
    return parse(JSON.parse(payloadText(frame)));
  } catch (error) {
    throw noTransaction(error, frame.sequence, damage);
  }
}

function noTransaction(error: unknown, sequence: number, damage: typeof corrupt): BzError {
  if (error instanceof BzError && error.code !== "CORRUPT") return error;
  const reason = error instanceof Error ? error.message : String(error);
  return damage(`Frame ${sequence} of the log verifies but holds no transaction: ${reason}`, { sequence });
}

/** A purged frame holds its old checksum, what is left of the JSON, and zeros up to its old length. */
function payloadText(frame: FrameText): string {
  if (frame.kind === frameKind.transaction) return decoder.decode(frame.payload);
  const end = frame.payload.indexOf(0, 8);
  return decoder.decode(frame.payload.subarray(8, end === -1 ? frame.payload.length : end));
}

/** UTF-8 takes at most three bytes for a unit of a string, so that short texts need no counting. */
function isLonger(text: string, limit: number): boolean {
  return text.length * 3 > limit && encoder.encode(text).length > limit;
}

/** Its errors are for the few who meet them. */
function tooLarge(): typeof import("./too-large") {
  return require("./too-large") as typeof import("./too-large");
}

interface TransactionShape {
  readonly time: number;
  readonly actor: string;
  readonly session?: unknown;
  readonly command: string;
  readonly undoes?: readonly number[];
  readonly operations: readonly unknown[];
}

function parseTransaction(value: unknown): Transaction {
  requireShape(value);
  const { time, actor, session, command, undoes, operations } = value;
  return {
    timeMs: time,
    actor,
    ...(typeof session === "string" ? { session } : {}),
    command,
    ...(undoes === undefined ? {} : { undoes }),
    operations: operations.map(parseOperation),
  };
}

function parseOperations(value: unknown): readonly Operation[] {
  requireShape(value);
  const operations: Operation[] = [];
  for (const operation of value.operations) operations.push(parseOperation(operation));
  return operations;
}

function requireShape(value: unknown): asserts value is TransactionShape {
  if (!isJsonObject(value)) throw new Error("not an object");
  const { time, actor, command, undoes, operations } = value;
  if (
    typeof time !== "number" ||
    typeof actor !== "string" ||
    typeof command !== "string" ||
    !Array.isArray(operations)
  )
    throw new Error("time, actor, command or operations is missing");
  if (undoes !== undefined && !isSequences(undoes)) throw new Error("undoes is no list of sequences");
}

function isSequences(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each));
}
