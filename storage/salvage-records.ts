import type { StoredRecord } from "../model/record";
import type { State } from "../model/state";
import type { Directory } from "./file-system";
import { snapshotName } from "./paths";
import { decodeSnapshotHeader, snapshotHeaderLength } from "./snapshot-format";
import { decodeRecords } from "./snapshot-records";

/**
 * Puts the records of a damaged snapshot into the state. They have a checksum of their own, so they may verify where the index does not; else the log with its
 * history tells them.
 *
 * @param recordsOfLog those of the log up to the snapshot's sequence, and whether it misses nothing on the way
 * @returns sentences on damage that cost nothing, and on what is lost
 */
export function salvageRecords(
  store: Directory,
  state: State,
  sequence: number,
  recordsOfLog: () => { records: readonly StoredRecord[]; isComplete: boolean },
): { notes: string[]; losses: string[] } {
  const standing = readStanding(store);
  const fromLog = standing === undefined ? recordsOfLog() : undefined;
  const records = standing ?? fromLog?.records ?? [];
  for (const record of records) state.apply({ op: "record", ...record }, sequence);
  if (fromLog === undefined) return { notes: [], losses: [] };
  const told = `The records of the snapshot (memories, saved queries) do not verify: ${records.length} of them stand in the log`;
  return fromLog.isComplete
    ? { notes: records.length === 0 ? [] : [`${told} and were taken from there.`], losses: [] }
    : { notes: [], losses: [`${told}, which is not whole; others may be lost.`] };
}

/** Undefined when they do not verify, or when it cannot be told where they are. */
function readStanding(store: Directory): readonly StoredRecord[] | undefined {
  const file = store.open(snapshotName, "read");
  if (file === undefined) return undefined;
  try {
    const header = decodeSnapshotHeader(file.read(0, snapshotHeaderLength));
    if (typeof header !== "object") return undefined;
    const { linesLength, leavesLength, fenceLength, recordsLength } = header;
    const start = snapshotHeaderLength + linesLength + leavesLength + fenceLength;
    const bytes = file.read(start, Math.min(recordsLength, file.status().size));
    return bytes.length === recordsLength ? decodeRecords(bytes) : undefined;
  } finally {
    file.close();
  }
}
