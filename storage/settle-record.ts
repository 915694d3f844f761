import { BzError } from "../model/errors";
import { baseProblem } from "./base";
import { appendAll } from "./buffered-file";
import type { Directory } from "./file-system";
import type { LoadedLog } from "./log";
import { decodeTransaction } from "./logged-transaction";
import { baseGenerationsIn, baseName, historyDirectoryName, segmentName, temporaryName } from "./paths";
import type { Salvage } from "./salvage";
import { placeOf, type SalvagedSegment } from "./salvage-log";
import { removeQuietly } from "./segment-rotation";
import { readSegments } from "./segments";
import type { StoreSession } from "./session";
import { StoreMoved } from "./store-moved";
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
 * reached the disk, and after a failed sync the next one takes nothing there. Segments in which every byte verifies are written again as they are, the others with the frames that do,
 * where the record has no better one. Whatever is replaced here is in quarantine. Can be repeated after a crash.
 */
export function writeRecord(session: StoreSession, salvage: Salvage, storeId: Uint8Array): void {
  const { store } = session;
  store.makeDirectory(historyDirectoryName, 0o700);
  const history = store.openDirectory(historyDirectoryName);
  if (history === undefined) throw new StoreMoved("the history was removed");
  try {
    for (const [segment, fate] of fatesOf(salvage)) {
      const { generation, isFolded, bytes } = segment;
      if (fate === "whole" && !isFolded) writeAnew(session, store, segmentName(generation), [bytes]);
      if (fate !== "in part") continue;
      const is = { storeId, generation: placeOf(segment) };
      writeAnew(session, history, segmentName(is.generation), partsThatVerify(is, segment));
    }
    history.sync();
    store.sync();
  } finally {
    history.close();
  }
}

/** After a rebuild everything that was in the log is record: it moves to the history, and what was written again or holds nothing goes. Can be repeated after a crash. */
export function settleRecord({ store }: StoreSession, salvage: Salvage, storeId: Uint8Array): string[] {
  const history = store.openDirectory(historyDirectoryName);
  if (history === undefined) throw new StoreMoved("the history was removed");
  try {
    const actions: string[] = [];
    const fates = fatesOf(salvage);
    const kept = new Set<number>();
    for (const [segment, fate] of fates)
      if (fate === "whole" || fate === "in part") kept.add(placeOf(segment));
    for (const [{ generation, isFolded, frames }, fate] of fates) {
      const name = segmentName(generation);
      if (fate !== "whole") {
        if (!isFolded) store.remove(name);
        else if (!kept.has(generation)) history.remove(name);
        actions.push(`Took ${name} out of the log. ${whatBecame[fate](frames.length)}`);
      } else if (!isFolded) store.rename(name, name, history);
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

const whatBecame = {
  "in part": (frames: number): string => `The ${frames} transactions in it that verify are in the record.`,
  twin: (): string => "The record has another one of that name, which holds as much or more.",
  nothing: (): string => "No transaction in it verifies.",
};

type Fate = "whole" | keyof typeof whatBecame;

/** What is to become of each, oldest first. */
function fatesOf({ segments, generation }: Salvage): readonly (readonly [SalvagedSegment, Fate])[] {
  const kept = new Set(segments.filter(({ isWhole }) => isWhole).map(placeOf));
  return segments.map((segment) => {
    const place = placeOf(segment);
    if (segment.isWhole) return [segment, "whole"];
    if (segment.frames.length === 0) return [segment, "nothing"];
    if (kept.has(place)) return [segment, "twin"];
    if (place >= generation) return [segment, "nothing"];
    kept.add(place);
    return [segment, "in part"];
  });
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
  } catch (error) {
    removeQuietly(directory, temporary);
    throw error;
  } finally {
    file.close();
  }
}
