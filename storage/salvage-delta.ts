import { BzError } from "../model/errors";
import type { State } from "../model/state";
import { sameBytes } from "./byte-layout";
import type { Directory } from "./file-system";
import { putWhole } from "./salvage-base";
import { openDelta, type Snapshot } from "./snapshot";
import type { SnapshotHeader } from "./snapshot-format";
import { verifySnapshot } from "./snapshot-verification";

/** What is known of the base that was salvaged: its identity only where its index could be read. */
export interface SalvagedLevel {
  readonly header: SnapshotHeader | undefined;
  readonly identity?: bigint;
}

/**
 * Puts what the delta says over the lines of its base. Only a whole one counts: what a damaged one holds stands in the history, too.
 * @returns its header; undefined where there is none of that base that verifies
 */
export function salvageDelta(
  store: Directory,
  storeId: Uint8Array | undefined,
  base: SalvagedLevel,
  state: State,
): SnapshotHeader | undefined {
  const delta = openWhole(store);
  if (delta === undefined) return undefined;
  try {
    const { header } = delta;
    if (storeId === undefined || !sameBytes(header.storeId, storeId) || !isOf(base, header)) return undefined;
    putWhole(delta, state);
    return header;
  } finally {
    delta.close();
  }
}

/** The issues that a whole delta of that base has: what the base says of them counts no more. */
export function idsOfDelta(store: Directory, base: bigint): ReadonlySet<string> {
  const delta = openWhole(store);
  try {
    return new Set(delta?.header.over?.base === base ? delta.ids() : []);
  } finally {
    delta?.close();
  }
}

function isOf({ header, identity }: SalvagedLevel, { over, lastSequence }: SnapshotHeader): boolean {
  if (identity !== undefined) return over?.base === identity;
  // The base names itself no more; one that is as new as the delta has replaced the base of that.
  return header === undefined || lastSequence > header.lastSequence;
}

function openWhole(store: Directory): Snapshot | undefined {
  let delta: Snapshot | undefined;
  try {
    delta = openDelta(store);
    if (delta !== undefined) verifySnapshot(delta);
    return delta;
  } catch (error) {
    delta?.close();
    if (error instanceof BzError && error.code === "CORRUPT") return undefined;
    throw error;
  }
}
