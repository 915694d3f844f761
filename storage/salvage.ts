import { BzError } from "../model/errors";
import { parseIssue } from "../model/issue-json";
import { emptySource, State } from "../model/state";
import type { Face } from "./face";
import type { Directory } from "./file-system";
import { prefixFor } from "./fresh-clone";
import { generationsIn, historyDirectoryName, segmentName, snapshotName } from "./paths";
import { openSnapshot, type Snapshot } from "./snapshot";
import { decodeSnapshotHeader, snapshotHeaderLength } from "./snapshot-format";
import type { StatusPage } from "./status-page";
import { decodeTransaction } from "./transaction";
import {
  decodeFrame,
  decodeSegmentHeader,
  frameHeaderLength,
  type SegmentHeader,
  segmentHeaderLength,
} from "./wal-format";
import type { Frame } from "./wal-reader";
import type { Workspace } from "./workspace";

/** Everything in a damaged store that verifies, and where a new one has to begin. */
export interface Salvage {
  readonly state: State;
  readonly prefix: string;
  /** Of the damaged store, where a header still says it. */
  readonly storeId?: Uint8Array;
  /** Above every generation and sequence in the store and its history. */
  readonly generation: number;
  readonly sequence: number;
  readonly sources: readonly string[];
  /** Sentences on what could not be read. */
  readonly losses: readonly string[];
  readonly lostSequences: readonly number[];
  /** Segments in which every byte verifies. */
  readonly wholeGenerations: ReadonlySet<number>;
}

export function salvage(
  store: Directory,
  status: StatusPage | undefined,
  face: Face | undefined,
  workspace: Workspace,
): Salvage {
  const state = new State(emptySource);
  const sources: string[] = [];
  const losses: string[] = [];
  const base = readSnapshot(store, face, state, sources, losses);
  if (base === undefined) addMissing(state, face?.lines, sources);
  const segments = readSegments(store, status);
  const lostSequences = replaySegments(state, segments, base?.sequence ?? 0, losses);
  if (segments.some(({ frames }) => frames.length > 0)) sources.push(`${segments.length} log segments`);
  if (base !== undefined && losses.length > 0) addMissing(state, face?.lines, sources);
  const history = store.openDirectory(historyDirectoryName);
  const generations = [...generationsIn(store.list()), ...generationsIn(history?.list() ?? [])];
  history?.close();
  const sequences = segments.flatMap(({ header, frames }) => [
    header?.baseSequence ?? 0,
    ...frames.map(({ sequence }) => sequence),
  ]);
  const storeId = base?.storeId ?? segments.find(({ header }) => header !== undefined)?.header?.storeId;
  return {
    state,
    ...(storeId === undefined ? {} : { storeId }),
    prefix: base?.prefix ?? prefixFor(workspace, face),
    generation: Math.max(0, base?.nextGeneration ?? 0, ...generations) + 1,
    sequence: sequences.reduce(
      (most, each) => Math.max(most, each),
      Math.max(base?.sequence ?? 0, status?.confirmedSequence ?? 0),
    ),
    sources: sources.length === 0 ? ["nothing that verifies"] : sources,
    losses,
    lostSequences,
    wholeGenerations: new Set(segments.filter(({ isWhole }) => isWhole).map(({ generation }) => generation)),
  };
}

interface Base {
  readonly storeId: Uint8Array;
  readonly prefix: string;
  readonly sequence: number;
  readonly nextGeneration: number;
}

/** Lines by the index where that verifies, each checked; else every line of text that is an issue, none of which can be checked. */
function readSnapshot(
  store: Directory,
  face: Face | undefined,
  state: State,
  sources: string[],
  losses: string[],
): Base | undefined {
  const snapshot = openQuietly(store);
  if (snapshot !== undefined) {
    const { storeId, prefix, lastSequence: sequence, nextGeneration } = snapshot.header;
    const isIndexed = putIndexedLines(snapshot, face, state, losses);
    snapshot.close();
    if (isIndexed) {
      sources.push("the snapshot");
      return { storeId, prefix, sequence, nextGeneration };
    }
  }
  const file = store.open(snapshotName, "read");
  if (file === undefined) return undefined;
  const bytes = file.read(0, file.status().size);
  file.close();
  const header = decodeSnapshotHeader(bytes);
  const body =
    typeof header === "object"
      ? bytes.subarray(snapshotHeaderLength, snapshotHeaderLength + header.linesLength)
      : bytes;
  const { read, unreadable } = putTextLines(body, state);
  sources.push(`${read} lines of the damaged snapshot`);
  losses.push(
    "The index of the snapshot does not verify, so its lines were taken as they read: compare them with the face.",
  );
  if (typeof header !== "object") {
    losses.push(
      "Nor does its header: which transactions it held is not known, so all that the log holds were applied to it.",
    );
    return undefined;
  }
  const missing = Math.max(unreadable, header.count - read);
  if (missing > 0) losses.push(`${missing} lines of the snapshot could not be read.`);
  return {
    storeId: header.storeId,
    prefix: header.prefix,
    sequence: header.lastSequence,
    nextGeneration: header.nextGeneration,
  };
}

function openQuietly(store: Directory): Snapshot | undefined {
  try {
    return openSnapshot(store);
  } catch (error) {
    if (error instanceof BzError && error.code === "CORRUPT") return undefined;
    throw error;
  }
}

/** False when the index itself is damaged. A line that does not match its checksum comes from the face, if that has the issue. */
function putIndexedLines(
  snapshot: Snapshot,
  face: Face | undefined,
  state: State,
  losses: string[],
): boolean {
  try {
    snapshot.loadLines();
    for (const entry of snapshot.entries()) {
      const { id, version } = entry;
      const verified = lineQuietly(snapshot, id);
      const line = verified ?? face?.lines.get(id);
      if (line !== undefined) state.apply({ op: "put", id, line }, version);
      if (verified !== undefined) continue;
      const fate = line === undefined ? "it is lost" : "it was taken from issues.jsonl, as old as that is";
      losses.push(`The line of ${id} does not match its checksum: ${fate}.`);
    }
    return true;
  } catch (error) {
    if (error instanceof BzError && error.code === "CORRUPT") return false;
    throw error;
  }
}

function lineQuietly(snapshot: Snapshot, id: string): string | undefined {
  try {
    return snapshot.line(id);
  } catch (error) {
    if (error instanceof BzError && error.code === "CORRUPT") return undefined;
    throw error;
  }
}

function putTextLines(body: Uint8Array, state: State): { read: number; unreadable: number } {
  let read = 0;
  let unreadable = 0;
  for (const line of new TextDecoder().decode(body).split("\n")) {
    if (!line.startsWith("{")) continue;
    try {
      state.apply({ op: "put", id: parseIssue(line).id, line }, 0);
      read += 1;
    } catch (error) {
      if (!(error instanceof BzError)) throw error;
      unreadable += 1;
    }
  }
  return { read, unreadable };
}

function addMissing(state: State, lines: ReadonlyMap<string, string> | undefined, sources: string[]): void {
  let added = 0;
  for (const [id, line] of lines ?? []) {
    if (state.has(id)) continue;
    state.apply({ op: "put", id, line }, 0);
    added += 1;
  }
  if (added > 0) sources.push(`${added} lines of issues.jsonl`);
}

interface SalvagedSegment {
  readonly generation: number;
  readonly header: SegmentHeader | undefined;
  readonly frames: readonly Frame[];
  readonly isWhole: boolean;
}

function readSegments(store: Directory, status: StatusPage | undefined): SalvagedSegment[] {
  const segments = generationsIn(store.list()).map((generation) => readSegment(store, generation));
  return segments.map((segment, index) => {
    // What lies behind the base of the successor, or behind what is confirmed, was never acknowledged.
    const base = segments[index + 1]?.header?.baseSequence;
    const confirmed =
      status?.generation === segment.generation ? status.confirmedSequence : Number.POSITIVE_INFINITY;
    const last = Math.min(base ?? Number.POSITIVE_INFINITY, confirmed);
    return { ...segment, frames: segment.frames.filter(({ sequence }) => sequence <= last) };
  });
}

/** Every frame that verifies, wherever it stands. */
function readSegment(store: Directory, generation: number): SalvagedSegment {
  const file = store.open(segmentName(generation), "read");
  const bytes = file?.read(0, file.status().size) ?? new Uint8Array(0);
  file?.close();
  const header = decodeSegmentHeader(bytes);
  if (typeof header !== "object") return { generation, header: undefined, frames: [], isWhole: false };
  const frames: Frame[] = [];
  let isWhole = true;
  for (let offset = segmentHeaderLength; offset < bytes.length; ) {
    const frame = decodeFrame(bytes, offset, header.salt);
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

/** Applies the frames after `sequence`; returns the sequences that are missing between them. */
function replaySegments(
  state: State,
  segments: readonly SalvagedSegment[],
  sequence: number,
  losses: string[],
): number[] {
  const lost: number[] = [];
  let last = sequence;
  for (const frame of segments.flatMap(({ frames }) => frames)) {
    if (frame.sequence <= last) continue;
    for (let missing = last + 1; missing < frame.sequence && lost.length < lostLimit; missing += 1)
      lost.push(missing);
    last = frame.sequence;
    for (const operation of decodeTransaction(frame).operations) {
      if (operation.op === "put" || state.has(operation.id)) state.apply(operation, frame.sequence);
      else
        losses.push(
          `A change of ${operation.id} (sequence ${frame.sequence}) could not be applied: the issue itself could not be read.`,
        );
    }
  }
  if (lost.length > 0)
    losses.push(
      `Transactions ${lost.slice(0, 10).join(", ")}${lost.length > 10 ? ", ..." : ""} could not be read.`,
    );
  return lost;
}

const lostLimit = 1000;
