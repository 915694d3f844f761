import { BzError } from "../model/errors";
import { parseIssue } from "../model/issue-json";
import { emptySource } from "../model/issue-source";
import { State } from "../model/state";
import { encoder } from "../native/utf8";
import { sameBytes } from "./byte-layout";
import { checksum } from "./checksum";
import { type Face, mergedFaceLines } from "./face";
import type { Directory } from "./file-system";
import { deltaName, segmentName, snapshotName } from "./paths";
import { readPage, readPromise } from "./promise";
import { pastOfBase, salvageBase } from "./salvage-base";
import { idsOfDelta, type SalvagedLevel, salvageDelta } from "./salvage-delta";
import {
  addBetween,
  lostLimit,
  lostRecords,
  type Replayed,
  replaySalvaged,
  type SalvagedSegment,
  salvageSegments,
} from "./salvage-log";
import { salvageRecords } from "./salvage-records";
import { openSnapshot, type Snapshot } from "./snapshot";
import {
  decodeSnapshotHeader,
  type LeafEntry,
  type SnapshotHeader,
  snapshotHeaderLength,
} from "./snapshot-format";
import type { StatusPage } from "./status-page";

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
  /** Sentences on damage that cost nothing, as far as that can be told. */
  readonly notes: readonly string[];
  /** Sentences on acknowledged data that no source holds any more. */
  readonly losses: readonly string[];
  /** The sequences of transactions that are lost, or of which only the snapshot tells; at most a thousand of each. */
  readonly lostSequences: readonly number[];
  /** What there is of its log, oldest first. */
  readonly segments: readonly SalvagedSegment[];
}

/**
 * A line comes from where it can be checked: the snapshot by its index, else the log with its history, replayed over the lines of the face. Only what
 * neither has is taken from a snapshot without an index, as it reads.
 */
export function salvage(
  store: Directory,
  status: StatusPage | undefined,
  face: Face | undefined,
  fallbackPrefix: string,
): Salvage {
  const { segments, storeId } = salvageSegments(store, status, [
    readHeader(store)?.storeId,
    readPage(store)?.storeId,
  ]);
  const wreck: Wreck = {
    store,
    storeId,
    segments,
    lines: mergedFaceLines(face),
    state: new State(emptySource),
    sources: [],
    notes: [],
    losses: [],
  };
  const { header, sequence: after, hasRecords } = readCheckpoint(wreck);
  const { state, sources, notes, losses } = wreck;
  if (hasRecords !== true) {
    const told = salvageRecords(store, state, after, () => {
      const { past, replayed } = readPast(wreck, after);
      return { records: past.records(), isComplete: replayed.lost.length === 0 && replayed.last >= after };
    });
    notes.push(...told.notes);
    losses.push(...told.losses);
  }
  const replayed = segments.filter(({ frames }) => frames.some(({ sequence }) => sequence > after));
  if (replayed.length > 0)
    sources.push(`${replayed.length} log ${replayed.length === 1 ? "segment" : "segments"}`);
  const promised = storeId === undefined ? undefined : readPromise(store, storeId);
  const end = Math.max(endOf(segments, status, after), promised?.sequence ?? 0);
  const lost = replayLog(wreck, after, end);
  const unrecorded = lostRecords(segments, after);
  if (unrecorded.length > 0)
    losses.push(
      `The record of ${spokenSequences(unrecorded)} could not be read; what came of it is in the snapshot.`,
    );
  const generations = segments.map(({ generation }) => generation);
  const lastGeneration = Math.max(0, header?.nextGeneration ?? 0, ...generations);
  if (promised !== undefined && promised.generation > lastGeneration)
    losses.push(
      `${segmentName(promised.generation)}, the end of the log, is missing: the last transaction before it may be one that was never acknowledged.`,
    );
  if (losses.length > 0) addMissing(wreck);
  return {
    state,
    ...(storeId === undefined ? {} : { storeId }),
    prefix: header?.prefix ?? fallbackPrefix,
    generation: Math.max(lastGeneration, promised?.generation ?? 0) + 1,
    sequence: end,
    sources: sources.length === 0 ? ["nothing that verifies"] : sources,
    notes,
    losses,
    lostSequences: [...unrecorded, ...lost],
    segments,
  };
}

/** What there is to salvage from, what was by now, and the account of it. */
interface Wreck {
  readonly store: Directory;
  /** What most of its files say. */
  readonly storeId: Uint8Array | undefined;
  readonly segments: readonly SalvagedSegment[];
  /** Of the face, by id. */
  readonly lines: ReadonlyMap<string, string>;
  readonly state: State;
  readonly sources: string[];
  readonly notes: string[];
  readonly losses: string[];
}

interface Base extends SalvagedLevel {
  /** Undefined where there is none that verifies. */
  readonly header: SnapshotHeader | undefined;
  /** All of the log up to here is in the state. */
  readonly sequence: number;
  /** It is what the published snapshot says, and not what something older does. */
  readonly isPublished?: true;
  /** Of records, too. */
  readonly hasRecords?: boolean;
}

/** The last sequence that anything in the store tells of. */
function endOf(
  segments: readonly SalvagedSegment[],
  status: StatusPage | undefined,
  baseSequence: number,
): number {
  let end = Math.max(baseSequence, status?.confirmedSequence ?? 0);
  for (const { header, frames } of segments) {
    end = Math.max(end, header?.baseSequence ?? 0);
    for (const { sequence } of frames) end = Math.max(end, sequence);
  }
  return end;
}

/** Returns the sequences that are lost. */
function replayLog({ state, segments, lines, losses }: Wreck, after: number, end: number): number[] {
  const { lost: between, unplaced, last } = replaySalvaged(state, segments, lines, { after });
  const lost = [...between];
  addBetween(lost, last, end + 1);
  if (lost.length > 0) {
    const what = spokenSequences(lost);
    losses.push(`${what.charAt(0).toUpperCase()}${what.slice(1)} could not be read.`);
  }
  for (const [id, sequence] of unplaced)
    losses.push(
      `The changes of ${id} (sequence ${sequence} first) could not be applied: the issue itself could not be read.`,
    );
  return lost;
}

function spokenSequences(lost: readonly number[]): string {
  const more = lost.length === lostLimit ? " and more" : "";
  const shown =
    lost.length > 10 ? `${lost.slice(0, 10).join(", ")}, ... (${lost.length}${more})` : lost.join(", ");
  return `${lost.length === 1 ? "transaction" : "transactions"} ${shown}`;
}

/** What the snapshot and its delta still say. */
function readCheckpoint(wreck: Wreck): Base {
  const { store, storeId, state, sources, notes } = wreck;
  const base = readBase(wreck);
  if (store.status(deltaName) === undefined) return base;
  // Over an older base, or over none, it would leave out what came between.
  const over = base.isPublished === true ? salvageDelta(store, storeId, base, state) : undefined;
  if (over !== undefined) {
    sources.push("its delta");
    const prefix = base.header?.prefix;
    const header = prefix === undefined ? undefined : { ...over, prefix };
    return { header, sequence: over.lastSequence, hasRecords: true };
  }
  notes.push(
    `${deltaName} was not used: it does not verify, or is of another snapshot. What it held was taken from the history.`,
  );
  return base;
}

/** What the snapshot still says; without one everything begins at the first transaction, over the lines of the face. */
function readBase(wreck: Wreck): Base {
  const { store, storeId, lines, sources, notes } = wreck;
  const standing = readHeader(store);
  // What another store says is not ours.
  const isOwn = standing === undefined || storeId === undefined || sameBytes(standing.storeId, storeId);
  const snapshot = isOwn ? openQuietly(store) : undefined;
  if (snapshot !== undefined) {
    try {
      const damaged = putIndexedLines(snapshot, wreck.state);
      if (damaged !== undefined) {
        const replaced = damaged.length === 0 ? new Set() : idsOfDelta(store, snapshot.identity);
        const needed = damaged.filter(({ id }) => !replaced.has(id));
        if (needed.length > 0) putDamaged(needed, snapshot.header.lastSequence, wreck);
        if (needed.length < damaged.length)
          notes.push("Lines of the snapshot that do not match their checksums have later ones in its delta.");
        sources.push("the snapshot");
        const { header, identity } = snapshot;
        return { header, identity, sequence: header.lastSequence, isPublished: true };
      }
    } finally {
      snapshot.close();
    }
  }
  const file = store.open(snapshotName, "read");
  const bytes = (isOwn && file?.read(0, file.status().size)) || new Uint8Array(0);
  file?.close();
  const base = readText(bytes, wreck);
  if (base !== undefined) return base;
  const kept = salvageBase(store, storeId);
  if (kept !== undefined) {
    for (const id of kept.state.ids())
      wreck.state.apply({ op: "put", id, line: kept.state.line(id) ?? "" }, kept.state.version(id));
    const { header } = kept;
    for (const record of kept.state.records())
      wreck.state.apply({ op: "record", ...record }, header.lastSequence);
    sources.push("the snapshot that the log began with");
    return { header, sequence: header.lastSequence, hasRecords: true };
  }
  addMissing(wreck);
  if (lines.size === 0)
    notes.push(
      "There is no snapshot, and no issue in issues.jsonl: issues that the store was made with, before its first transaction, would not be among these.",
    );
  return { header: undefined, sequence: 0 };
}

function readHeader(store: Directory): SnapshotHeader | undefined {
  const file = store.open(snapshotName, "read");
  try {
    const header = file && decodeSnapshotHeader(file.read(0, snapshotHeaderLength));
    return typeof header === "object" ? header : undefined;
  } finally {
    file?.close();
  }
}

function openQuietly(store: Directory): Snapshot | undefined {
  try {
    return openSnapshot(store);
  } catch (error) {
    if (error instanceof BzError && error.code === "CORRUPT") return undefined;
    throw error;
  }
}

/** Returns the entries whose lines do not match their checksums; undefined when the index itself is damaged. */
function putIndexedLines(snapshot: Snapshot, state: State): LeafEntry[] | undefined {
  const damaged: LeafEntry[] = [];
  try {
    snapshot.readAhead();
    for (const entry of snapshot.entries()) {
      const { id, version } = entry;
      const line = lineQuietly(snapshot, id);
      if (line === undefined) damaged.push(entry);
      else state.apply({ op: "put", id, line }, version);
    }
    return damaged;
  } catch (error) {
    if (error instanceof BzError && error.code === "CORRUPT") return undefined;
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

/** Looks for these lines in the log and in the face. The index knows the checksum of each, so one from elsewhere can be told to be the very one. */
function putDamaged(damaged: readonly LeafEntry[], sequence: number, wreck: Wreck): void {
  const { past } = readPast(wreck, sequence);
  const pastOfKept = pastOfBase(wreck.store, wreck.storeId, wreck.segments, sequence);
  for (const { id, version, checksum: expected } of damaged) {
    const fromLog = past.version(id) > 0 ? past.line(id) : undefined;
    const found = [
      { line: fromLog, source: "the log" },
      { line: wreck.lines.get(id), source: "issues.jsonl" },
      { line: pastOfKept?.line(id), source: "the log and the snapshot that it began with" },
    ].filter((each) => each.line !== undefined);
    const exact = found.find(({ line }) => checksum(encoder.encode(line)) === expected);
    const { line, source } = exact ?? found[0] ?? {};
    const what = `The line of ${id} does not match its checksum`;
    if (line !== undefined) wreck.state.apply({ op: "put", id, line }, version);
    if (exact !== undefined) wreck.notes.push(`${what}: it was taken from ${source}, byte for byte.`);
    else if (line !== undefined)
      wreck.losses.push(`${what}: it was taken from ${source}, as old as that is.`);
    else wreck.losses.push(`${what}: it is lost.`);
  }
}

/** The issues at that sequence, as far as the log with its history and the face tell. */
function readPast({ segments, lines }: Wreck, sequence: number): { past: State; replayed: Replayed } {
  const past = new State(emptySource);
  for (const [id, line] of lines) past.apply({ op: "put", id, line }, 0);
  return { past, replayed: replaySalvaged(past, segments, lines, { after: 0, upTo: sequence }) };
}

/** A snapshot whose index does not verify, as text; undefined when no line of it reads as an issue. */
function readText(bytes: Uint8Array, wreck: Wreck): Base | undefined {
  const { state, segments, sources, notes, losses } = wreck;
  const decoded = decodeSnapshotHeader(bytes);
  const header = typeof decoded === "object" ? decoded : undefined;
  const { lines, unreadable } = readTextLines(bytes, header);
  if (lines.size === 0 && header === undefined) return undefined;
  // Without a header nothing says how much is folded into it; at least all is that has moved to the history.
  const open = segments.find(({ isFolded }) => !isFolded)?.header?.baseSequence;
  const folded = segments.filter(({ isFolded }) => isFolded);
  const sequence = header?.lastSequence ?? open ?? endOf(folded, undefined, 0);
  const { past, replayed } = readPast(wreck, sequence);
  const unchecked: string[] = [];
  for (const [id, line] of lines) {
    // By a part of the index that does verify.
    if (state.has(id)) continue;
    const known = past.line(id);
    const isCertain = replayed.lost.length === 0 && replayed.born.has(id);
    if (known !== line && !isCertain) unchecked.push(id);
    state.apply({ op: "put", id, line: (isCertain ? known : undefined) ?? line }, past.version(id));
  }
  sources.push(`${lines.size} lines of the damaged snapshot`);
  notes.push("The index of the snapshot does not verify, so its lines were taken as they read.");
  if (unchecked.length > 0)
    notes.push(
      `Neither the log nor issues.jsonl vouches for ${unchecked.length} of them: ${unchecked.slice(0, 10).join(", ")}${unchecked.length > 10 ? ", ..." : ""}. Look them over.`,
    );
  const pastOfKept = pastOfBase(wreck.store, wreck.storeId, segments, sequence);
  let filled = 0;
  for (const each of [past, pastOfKept])
    for (const id of each?.ids() ?? []) {
      if (each === undefined || state.has(id)) continue;
      state.apply({ op: "put", id, line: each.line(id) ?? "" }, each.version(id));
      filled += 1;
    }
  if (filled > 0) sources.push(`${filled} issues of the log's history and issues.jsonl`);
  const missing = header === undefined ? unreadable - filled : header.count - state.count;
  if (missing > 0) losses.push(`${missing} lines of the snapshot could not be read.`);
  return { header, sequence, isPublished: true };
}

/** Every line that reads as an issue, as it stands there. */
function readTextLines(
  bytes: Uint8Array,
  header: SnapshotHeader | undefined,
): { lines: Map<string, string>; unreadable: number } {
  const end = header === undefined ? bytes.length : snapshotHeaderLength + header.linesLength;
  const lines = new Map<string, string>();
  let unreadable = 0;
  for (const line of new TextDecoder().decode(bytes.subarray(snapshotHeaderLength, end)).split("\n")) {
    if (!line.startsWith("{")) continue;
    try {
      lines.set(parseIssue(line).id, line);
    } catch (error) {
      if (!(error instanceof BzError)) throw error;
      unreadable += 1;
    }
  }
  return { lines, unreadable };
}

function addMissing({ state, lines, sources }: Wreck): void {
  let added = 0;
  for (const [id, line] of lines) {
    if (state.has(id)) continue;
    state.apply({ op: "put", id, line }, 0);
    added += 1;
  }
  if (added > 0) sources.push(`${added} lines of issues.jsonl`);
}
