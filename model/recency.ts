import { parseRecord } from "./issue-json";
import { after, type Stamps, stampsOf, updatedMsOf } from "./line-stamps";
import type { State } from "./state";
import { latestTimeMs } from "./time";

/** What whoever changes an issue has to know of its stamps: later than what, and how often it was opened again. */
export interface Recency {
  /** The latest time that the line tells of, be it of an item or of the whole issue, ms. */
  readonly latestMs: number;
  /** As in `Stamps`. */
  readonly reopens: number;
}

/** Of an issue that is known to exist. Its line is not made for this where its last changes tell as well. */
export function recencyIn(state: State, id: string): Recency {
  const { line, changes } = state.unsettled(id);
  let { latestMs, reopens } = recencyOf(line);
  for (const change of changes) {
    // Not as bz makes them: a time behind the last that counts takes all stamps away, and an earlier one the latest.
    if (change.at <= latestMs || change.at > latestTimeMs) return recencyOf(state.line(id) ?? line);
    latestMs = change.at;
    reopens = change.work?.reopens ?? reopens;
  }
  return { latestMs, reopens };
}

/** @throws BzError INVALID for a line that is no JSON object */
export function recencyOf(line: string): Recency {
  const record = parseRecord(line);
  const stamps = stampsOf(line, record);
  const { base, checksum, reopens } = stamps;
  // Without stamps all items have the time of the whole.
  return {
    latestMs: checksum === undefined ? base : Math.max(updatedMsOf(record), latestStamp(stamps)),
    reopens,
  };
}

/**
 * The stamp of a change that is made now, ms: later than everything that its author has seen, whatever the clock says. A clock after 2100 says nothing: its
 * time would count for no stamp at all, and the change would lose to everything.
 */
export function nextStamp({ latestMs }: Recency, nowMs: number): number {
  return Math.max(nowMs <= latestTimeMs ? Math.floor(nowMs) : 0, after(latestMs));
}

/** The latest time that a line's stamps hold, ms. */
export function latestStamp(stamps: Stamps): number {
  let latest = stamps.base;
  for (const timeMs of stamps.items.values()) latest = Math.max(latest, timeMs);
  return latest;
}
