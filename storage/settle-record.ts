import { BzError } from "../model/errors";
import { baseProblem } from "./base";
import { appendAll } from "./buffered-file";
import type { Directory } from "./file-system";
import type { LoadedLog } from "./log";
import { decodeTransaction } from "./logged-transaction";
import { baseGenerationsIn, baseName, historyDirectoryName, segmentName, temporaryName } from "./paths";
import type { Salvage } from "./salvage";
import { placeOf, type SalvagedSegment } from "./salvage-log";
import { readSegments } from "./segments";
import type { StoreSession } from "./session";
import { encodeSegmentHeader, type SegmentHeader } from "./wal-format";

/**
 * Reads the whole record behind a log that could be loaded: what `bz history` and `bz undo` need, and no other command.
 * @throws BzError CORRUPT
 */
export function verifyRecord(store: Directory, { snapshot, position }: LoadedLog): void {
  const { storeId } = snapshot.header;
  for (const { frames } of readSegments(store, storeId, position.sequence))
    for (const frame of frames) decodeTransaction(frame);
  const [damaged] = damagedBases(store, storeId);
  if (damaged !== undefined) throw new BzError("CORRUPT", `${historyDirectoryName}/${damaged} is damaged.`);
}

/** Names of the kept bases that do not verify, or are of another store. */
export function damagedBases(store: Directory, storeId: Uint8Array | undefined): string[] {
  const history = store.openDirectory(historyDirectoryName);
  try {
    const names = baseGenerationsIn(history?.list() ?? []).map(baseName);
    return names.filter((name) => history && baseProblem(history, name, storeId) !== undefined);
  } finally {
    history?.close();
  }
}

/**
 * Before a rebuilt snapshot counts what the log holds, so that the record holds it as well whenever the power goes: the end of a segment may never have
 * reached the disk, and after a failed sync the next one takes nothing there. Those that are not whole are written again by `settleRecord`.
 */
export function writeLogAnew(session: StoreSession, { segments }: Salvage): void {
  const { store } = session;
  for (const { isWhole, isFolded, generation, bytes } of segments)
    if (isWhole && !isFolded) writeAnew(session, store, segmentName(generation), [bytes]);
  store.sync();
}

/**
 * After a rebuild everything that was in the log is record. Segments in which every byte verifies move to the history as they are; the others are written
 * again with the frames that do. Whatever is taken away here is in quarantine. Can be repeated after a crash.
 */
export function settleRecord(
  session: StoreSession,
  { segments, generation }: Salvage,
  storeId: Uint8Array,
): string[] {
  const { store } = session;
  const history = store.openDirectory(historyDirectoryName);
  if (history === undefined) return [];
  try {
    const actions: string[] = [];
    const whole = segments.filter(({ isWhole }) => isWhole);
    for (const segment of whole)
      if (!segment.isFolded)
        store.rename(segmentName(segment.generation), segmentName(segment.generation), history);
    const kept = new Set(whole.map(placeOf));
    const others = segments.filter(({ isWhole }) => !isWhole);
    for (const segment of others) {
      const place = placeOf(segment);
      const isKept = segment.frames.length > 0 && place < generation && !kept.has(place);
      if (isKept) {
        const parts = partsThatVerify({ storeId, generation: place }, segment);
        writeAnew(session, history, segmentName(place), parts);
      }
      const isTwin = !isKept && segment.frames.length > 0 && kept.has(place);
      if (isKept) kept.add(place);
      const what = isKept
        ? `The ${segment.frames.length} transactions in it that verify are in the record.`
        : isTwin
          ? "The record has another one of that name, which holds as much or more."
          : "No transaction in it verifies.";
      actions.push(`Took ${segmentName(segment.generation)} out of the log. ${what}`);
    }
    history.sync();
    for (const segment of others) {
      if (!segment.isFolded) store.remove(segmentName(segment.generation));
      else if (!kept.has(segment.generation)) history.remove(segmentName(segment.generation));
    }
    for (const name of damagedBases(store, storeId)) {
      history.remove(name);
      actions.push(`Took the damaged ${name} out of the record: undo reaches back to this repair.`);
    }
    history.sync();
    store.sync();
    return actions;
  } finally {
    history.close();
  }
}

/** A header that verifies, and the frames behind it with nothing between them. */
function* partsThatVerify(
  is: Pick<SegmentHeader, "storeId" | "generation">,
  { header, salt, bytes, frames }: SalvagedSegment,
): Generator<Uint8Array> {
  const [first] = frames;
  if (salt === undefined || first === undefined) return;
  const [baseSequence, baseChecksum] = [first.sequence - 1, BigInt(first.link)];
  yield encodeSegmentHeader({ salt, baseSequence, baseChecksum, ...header, ...is });
  for (const { offset, length } of frames) yield bytes.subarray(offset, offset + length);
}

/** A file of its own in the place of whatever has the name, on the disk before it has it. */
function writeAnew(
  { environment }: StoreSession,
  directory: Directory,
  name: string,
  parts: Iterable<Uint8Array>,
): void {
  const temporary = temporaryName(name, environment);
  const file = directory.create(temporary, 0o600);
  try {
    for (const part of parts) appendAll(file, part);
    file.sync();
    directory.rename(temporary, name);
  } finally {
    file.close();
    directory.remove(temporary);
  }
}
