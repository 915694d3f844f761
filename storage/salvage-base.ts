import { emptySource } from "../model/issue-source";
import { State } from "../model/state";
import { baseProblem } from "./base";
import type { Directory } from "./file-system";
import { baseGenerationsIn, baseName, historyDirectoryName } from "./paths";
import { replaySalvaged, type SalvagedSegment } from "./salvage-log";
import { openSnapshot, type Snapshot } from "./snapshot";
import type { SnapshotHeader } from "./snapshot-format";

/** What the newest kept base of this store says that verifies: the segments behind it are relative to that. */
export interface SalvagedBase {
  readonly header: SnapshotHeader;
  /** With its records. */
  readonly state: State;
}

/** @param storeId undefined where nothing says any more which store this is: then none is known to be its own */
export function salvageBase(store: Directory, storeId: Uint8Array | undefined): SalvagedBase | undefined {
  const history = store.openDirectory(historyDirectoryName);
  if (history === undefined) return undefined;
  try {
    const names = baseGenerationsIn(history.list()).map(baseName);
    const name = names.findLast((each) => baseProblem(history, each, storeId) === undefined);
    const snapshot = name === undefined ? undefined : openSnapshot(history, name);
    if (snapshot === undefined) return undefined;
    try {
      const state = new State(emptySource);
      putWhole(snapshot, state);
      return { header: snapshot.header, state };
    } finally {
      snapshot.close();
    }
  } finally {
    history.close();
  }
}

/** Puts all that a snapshot says, which verifies, over what the state says of it. */
export function putWhole(snapshot: Snapshot, state: State): void {
  snapshot.readAhead();
  for (const { id, version } of snapshot.entries())
    state.apply({ op: "put", id, line: snapshot.line(id) ?? "" }, version);
  for (const record of snapshot.records())
    state.apply({ op: "record", ...record }, snapshot.header.lastSequence);
}

/** The issues at that sequence as that base and the log behind it tell; undefined without a base that is as old. */
export function pastOfBase(
  store: Directory,
  storeId: Uint8Array | undefined,
  segments: readonly SalvagedSegment[],
  sequence: number,
): State | undefined {
  const base = salvageBase(store, storeId);
  if (base === undefined || base.header.lastSequence > sequence) return undefined;
  replaySalvaged(base.state, segments, new Map(), { after: base.header.lastSequence, upTo: sequence });
  return base.state;
}
