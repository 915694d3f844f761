import { BzError } from "../model/errors";
import { type Operation, parseOperation } from "../model/operation";
import type { State } from "../model/state";
import { corrupt } from "./failure";
import { frameKind } from "./wal-format";
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
  readonly operations: readonly Operation[];
}

/** A frame's payload: JSON with the keys `time`, `actor`, `session`, `command`, `operations`. */
export function encodeTransaction(info: TransactionInfo, operations: readonly Operation[]): Uint8Array {
  const session = info.session === undefined ? {} : { session: info.session };
  return new TextEncoder().encode(
    JSON.stringify({ time: info.timeMs, actor: info.actor, ...session, command: info.command, operations }),
  );
}

/**
 * The transaction in a verified frame.
 * @throws BzError CORRUPT when the payload is not one, although its checksum holds: another program wrote it.
 */
export function decodeTransaction(frame: Frame): Transaction {
  if (frame.kind !== frameKind.transaction && frame.kind !== frameKind.purged)
    throw corrupt(
      `Frame ${frame.sequence} of the log is of kind ${frame.kind}, which this version of bz does not know.`,
      {
        sequence: frame.sequence,
      },
    );
  try {
    return parseTransaction(JSON.parse(payloadText(frame)));
  } catch (error) {
    if (error instanceof BzError && error.code !== "CORRUPT") throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw corrupt(`Frame ${frame.sequence} of the log verifies but holds no transaction: ${reason}`, {
      sequence: frame.sequence,
    });
  }
}

/** Applies the frames in order. */
export function replay(state: State, frames: readonly Frame[]): void {
  for (const frame of frames)
    for (const operation of decodeTransaction(frame).operations) state.apply(operation, frame.sequence);
}

/** A purged frame holds its old checksum, what is left of the JSON, and zeros up to its old length. */
function payloadText(frame: Frame): string {
  if (frame.kind === frameKind.transaction) return decoder.decode(frame.payload);
  const end = frame.payload.indexOf(0, 8);
  return decoder.decode(frame.payload.subarray(8, end === -1 ? frame.payload.length : end));
}

function parseTransaction(value: unknown): Transaction {
  if (typeof value !== "object" || value === null) throw new Error("not an object");
  const { time, actor, session, command, operations } = value as Record<string, unknown>;
  if (
    typeof time !== "number" ||
    typeof actor !== "string" ||
    typeof command !== "string" ||
    !Array.isArray(operations)
  )
    throw new Error("time, actor, command or operations is missing");
  return {
    timeMs: time,
    actor,
    ...(typeof session === "string" ? { session } : {}),
    command,
    operations: operations.map(parseOperation),
  };
}

const decoder = new TextDecoder();
