import { purgedLine } from "../model/issue-json";
import { isOnIssue, type Operation, saysWholeIssue } from "../model/operation";
import type { State } from "../model/state";
import type { Directory } from "./file-system";
import { generationsIn, historyDirectoryName, segmentName } from "./paths";
import type { StatusPage } from "./status-page";
import { decodeTransaction } from "./transaction";
import {
  decodeFrame,
  decodeSegmentHeader,
  frameHeaderLength,
  type SegmentHeader,
  saltOf,
  segmentHeaderLength,
} from "./wal-format";
import type { Frame } from "./wal-reader";

export interface SalvagedSegment {
  readonly generation: number;
  readonly header: SegmentHeader | undefined;
  /** Those that verify and count, wherever they stand. */
  readonly frames: readonly Frame[];
  /** Every byte verifies. */
  readonly isWhole: boolean;
  /** It was folded by a snapshot and moved to `history/`. */
  readonly isFolded: boolean;
}

/** What verifies in every segment of the store and of its history, oldest first. */
export function salvageSegments(store: Directory, status: StatusPage | undefined): SalvagedSegment[] {
  const history = store.openDirectory(historyDirectoryName);
  try {
    const standing = new Set(generationsIn(store.list()));
    const folded = generationsIn(history?.list() ?? []).filter((generation) => !standing.has(generation));
    const segments = [
      ...folded.map((generation) => ({ ...salvageSegment(history, generation), isFolded: true })),
      ...[...standing].map((generation) => ({ ...salvageSegment(store, generation), isFolded: false })),
    ].sort((left, right) => placeOf(left) - placeOf(right));
    return segments.map((segment, index) => {
      // What lies behind the base of the successor, or behind what is confirmed, was never acknowledged.
      const base = segments[index + 1]?.header?.baseSequence;
      const confirmed =
        status?.generation === segment.generation ? status.confirmedSequence : Number.POSITIVE_INFINITY;
      const last = Math.min(base ?? Number.POSITIVE_INFINITY, confirmed);
      return { ...segment, frames: segment.frames.filter(({ sequence }) => sequence <= last) };
    });
  } finally {
    history?.close();
  }
}

/** By its header: a file may have got another name. */
function placeOf({ generation, header }: SalvagedSegment): number {
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
  if (decoded === "newer" || salt === undefined) return { generation, header, frames: [], isWhole: false };
  const frames: Frame[] = [];
  let isWhole = standing !== undefined && header?.generation === generation;
  for (let offset = segmentHeaderLength; offset < bytes.length; ) {
    const frame = decodeFrame(bytes, offset, salt);
    if (frame === undefined) {
      isWhole = false;
      const next = bytes.indexOf("b".charCodeAt(0), offset + 1);
      if (next === -1) break;
      offset = next;
      continue;
    }
    const length = frameHeaderLength + frame.payloadLength;
    frames.push({
      ...frame,
      offset,
      length,
      payload: bytes.subarray(offset + frameHeaderLength, offset + length),
    });
    offset += length;
  }
  return { generation, header, frames, isWhole };
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
  for (const frame of segments.flatMap(({ frames }) => frames)) {
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
