import { BzError } from "../model/errors";
import { isJsonObject } from "../model/json";
import type { Operation } from "../model/operation";
import { areOperations, parseOperation } from "../model/operation-shape";
import { decoder } from "../native/utf8";
import { corrupt, writtenByNewer } from "./failure";
import type { Transaction } from "./transaction";
import { frameKind } from "./wal-format";
import type { Frame } from "./wal-reader";

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

export function noTransaction(error: unknown, sequence: number, damage: typeof corrupt): BzError {
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
  const { operations } = value;
  return areOperations(operations) ? operations : operations.map(parseOperation);
}

export function requireShape(value: unknown): asserts value is TransactionShape {
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
