import { BzError } from "../model/errors";
import { purgedLine } from "../model/issue-json";
import { isOnIssue, type Operation, saysWholeIssue } from "../model/operation";
import type { State } from "../model/state";
import { sameBytes } from "./byte-layout";
import { writtenByNewer } from "./failure";
import type { Directory } from "./file-system";
import { framesThatVerify } from "./frame-scan";
import { decodeTransaction } from "./logged-transaction";
import { generationsIn, historyDirectoryName, segmentName } from "./paths";
import type { StatusPage } from "./status-page";
import {
  birthChecksum,
  decodeSegmentHeader,
  type SegmentHeader,
  saltOf,
  segmentHeaderLength,
} from "./wal-format";
import { type Frame, segmentStart, walkFrames } from "./wal-reader";

export interface SalvagedSegment {
  readonly generation: number;
  readonly header: SegmentHeader | undefined;
  /** Undefined where too little of the file is left to hold one. */
  readonly salt: Uint8Array | undefined;
  readonly bytes: Uint8Array;
  /** Those that verify and count, wherever they stand. */
  readonly frames: readonly Frame[];
  /** Every byte verifies and counts, and is where its header says. */
  readonly isWhole: boolean;
  /** It was folded by a snapshot and moved to `history/`. */
  readonly isFolded: boolean;
}

/**
 * What verifies in every segment of the store and of its history, oldest first.
 * @param storeIds what other files say that the store is; nothing is taken from a segment of another one
 */
export function salvageSegments(
  store: Directory,
  status: StatusPage | undefined,
  storeIds: readonly (Uint8Array | undefined)[],
): { segments: SalvagedSegment[]; storeId: Uint8Array | undefined } {
  const history = store.openDirectory(historyDirectoryName);
  try {
    // A backup that was copied over the store brings back files that have long moved to the history, with less in them: both are read.
    const folded = generationsIn(history?.list() ?? []).map((generation) => ({
      ...salvageSegment(history, generation),
      isFolded: true,
    }));
    const standing = generationsIn(store.list()).map((generation) => ({
      ...salvageSegment(store, generation),
      isFolded: false,
    }));
    const storeId = mostFrequent([...standing.map(idOf), ...storeIds], folded.map(idOf));
    const own = [...folded, ...standing]
      .map((segment) => (isForeign(segment, storeId) ? emptied(segment) : segment))
      .sort((left, right) => placeOf(left) - placeOf(right) || byContent(left, right));
    const segments = own.map((segment, index) => {
      // What lies behind the base of the successor, or behind what is confirmed, was never acknowledged.
      const base = own.find((each, at) => at > index && placeOf(each) !== placeOf(segment))?.header
        ?.baseSequence;
      const confirmed =
        status?.generation === segment.generation && !segment.isFolded
          ? status.confirmedSequence
          : Number.POSITIVE_INFINITY;
      const last = Math.min(base ?? Number.POSITIVE_INFINITY, confirmed);
      const frames = segment.frames.filter(({ sequence }) => sequence <= last);
      const before = own[index - 1];
      const isFirst = before === undefined || placeOf(before) !== placeOf(segment);
      const isWhole = segment.isWhole && isFirst && frames.length === segment.frames.length;
      return { ...segment, frames, isWhole };
    });
    return { segments, storeId };
  } finally {
    history?.close();
  }
}

function isForeign({ header }: SalvagedSegment, storeId: Uint8Array | undefined): boolean {
  return header !== undefined && storeId !== undefined && !sameBytes(header.storeId, storeId);
}

function emptied(segment: SalvagedSegment): SalvagedSegment {
  return { ...segment, header: undefined, frames: [], isWhole: false };
}

function idOf({ header }: Pick<SalvagedSegment, "header">): Uint8Array | undefined {
  return header?.storeId;
}

type Ids = readonly (Uint8Array | undefined)[];

/** A file of another store may stand among ours. Those that are in use say more than any number in the history; the first named wins a tie. */
function mostFrequent(inUse: Ids, inHistory: Ids): Uint8Array | undefined {
  const countIn = (ids: Ids, id: Uint8Array): number =>
    ids.filter((each) => each !== undefined && sameBytes(each, id)).length;
  const known = [...inUse, ...inHistory].filter((each) => each !== undefined);
  return known.toSorted(
    (left, right) =>
      countIn(inUse, right) - countIn(inUse, left) || countIn(inHistory, right) - countIn(inHistory, left),
  )[0];
}

/** Of two files for one place, the one that holds more comes first. */
function byContent(
  left: Omit<SalvagedSegment, "generation">,
  right: Omit<SalvagedSegment, "generation">,
): number {
  return right.frames.length - left.frames.length || Number(right.isWhole) - Number(left.isWhole);
}

/** By its header: a file may have got another name. */
export function placeOf({ generation, header }: Pick<SalvagedSegment, "generation" | "header">): number {
  return header?.generation ?? generation;
}

function salvageSegment(
  directory: Directory | undefined,
  generation: number,
): Omit<SalvagedSegment, "isFolded"> {
  const file = directory?.open(segmentName(generation), "read");
  const bytes = file?.read(0, file.status().size) ?? new Uint8Array(0);
  file?.close();
  const standing = decodeSegmentHeader(bytes);
  const decoded = standing ?? headerWithOneBitMended(bytes);
  const header = typeof decoded === "object" ? decoded : undefined;
  // Whatever else of the header is damaged: frames that verify with the salt that stands there are frames of this segment.
  const salt = header?.salt ?? saltOf(bytes);
  if (decoded === "newer") throw writtenByNewer(`${directory?.path}/${segmentName(generation)}`);
  if (salt === undefined) return { generation, header, salt, bytes, frames: [], isWhole: false };
  const verified = framesThatVerify(bytes, salt);
  const frames = verified.filter(holdsTransaction).sort((left, right) => left.sequence - right.sequence);
  const isOwn = standing !== undefined && header?.generation === generation;
  const isChained = isOwn && !walkFrames(bytes, 0, salt, segmentStart(header)).hasRest;
  const isWhole = isChained && frames.length === verified.length;
  return { generation, header, salt, bytes, frames, isWhole };
}

/** What another program wrote with the right checksums is as good as lost; what a newer bz wrote is not ours to judge. */
function holdsTransaction(frame: Frame): boolean {
  try {
    decodeTransaction(frame);
    return true;
  } catch (error) {
    if (error instanceof BzError && error.code === "CORRUPT") return false;
    throw error;
  }
}

/** Without its salt no frame of a segment verifies; the checksum of the header tells which bit makes it right again. */
function headerWithOneBitMended(bytes: Uint8Array): SegmentHeader | undefined {
  const mended = bytes.slice(0, segmentHeaderLength);
  for (let bit = 0; bit < 8 * mended.length; bit += 1) {
    const at = bit >> 3;
    const byte = mended[at] ?? 0;
    mended[at] = byte ^ (1 << (bit & 7));
    const header = decodeSegmentHeader(mended);
    if (typeof header === "object") return header;
    mended[at] = byte;
  }
  return undefined;
}

export interface Replayed {
  /** Sequences that are missing between the frames, up to `lostLimit` of them. */
  readonly lost: readonly number[];
  /** Issues that a frame put whole: no other source had a part in them. */
  readonly born: ReadonlySet<string>;
  /** Issues that a frame changed and nobody holds, with the first sequence that did. */
  readonly unplaced: ReadonlyMap<string, number>;
  /** The last sequence that was applied, or `after`. */
  readonly last: number;
}

/** Applies the frames of the sequences behind `after`, up to `upTo`. An issue that is changed and missing comes from `lines`. */
export function replaySalvaged(
  state: State,
  segments: readonly SalvagedSegment[],
  lines: ReadonlyMap<string, string>,
  { after, upTo = Number.POSITIVE_INFINITY }: { after: number; upTo?: number },
): Replayed {
  const lost: number[] = [];
  const born = new Set<string>();
  const unplaced = new Map<string, number>();
  let last = after;
  const frames = segments.flatMap((segment) => segment.frames);
  for (const frame of frames.sort((left, right) => left.sequence - right.sequence)) {
    if (frame.sequence <= last || frame.sequence > upTo) continue;
    addBetween(lost, last, frame.sequence);
    last = frame.sequence;
    for (const operation of decodeTransaction(frame).operations) {
      const isApplied = applySalvaged(state, operation, frame.sequence, lines);
      if (!isOnIssue(operation)) continue;
      const { id } = operation;
      if (!isApplied) {
        if (!unplaced.has(id)) unplaced.set(id, frame.sequence);
      } else if (saysWholeIssue(operation)) {
        born.add(id);
        unplaced.delete(id);
      }
    }
  }
  return { lost, born, unplaced, last };
}

/** Sequences up to `upTo` of which the record since the last birth or repair has no frame. What came before that was judged then. */
export function lostRecords(segments: readonly SalvagedSegment[], upTo: number): number[] {
  const begun = segments.findLast(({ header }) => header?.baseChecksum === birthChecksum)?.header;
  const recorded = segments
    .flatMap(({ frames }) => frames.map(({ sequence }) => sequence))
    .sort((a, b) => a - b);
  const isFirst = segments.some(({ generation }) => generation === 1);
  const lost: number[] = [];
  let last = begun?.baseSequence ?? (isFirst ? 0 : (recorded[0] ?? upTo + 1) - 1);
  for (const sequence of [...recorded, upTo + 1]) {
    addBetween(lost, last, Math.min(sequence, upTo + 1));
    last = Math.max(last, sequence);
  }
  return lost;
}

/** Adds the sequences between the two. */
export function addBetween(lost: number[], last: number, next: number): void {
  for (let missing = last + 1; missing < next && lost.length < lostLimit; missing += 1) lost.push(missing);
}

/** False when it changes an issue that nobody holds. */
function applySalvaged(
  state: State,
  operation: Operation,
  sequence: number,
  lines: ReadonlyMap<string, string>,
): boolean {
  if (!isOnIssue(operation)) {
    state.apply(operation, sequence);
    return true;
  }
  const { id } = operation;
  if (operation.op === "purge") {
    // What it purges may have been scrubbed from the log since.
    state.apply({ op: "put", id, line: purgedLine(id, operation.at) }, sequence);
    return true;
  }
  if (!saysWholeIssue(operation) && !state.has(id)) {
    const line = lines.get(id);
    if (line === undefined) return false;
    state.apply({ op: "put", id, line }, 0);
  }
  state.apply(operation, sequence);
  return true;
}

export const lostLimit = 1000;
