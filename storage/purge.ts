import { BzError } from "../model/errors";
import { parseIssue, purgedLine } from "../model/issue-json";
import { kindOfLine } from "../model/line-kind";
import { readStamps } from "../model/line-stamps";
import { issueOf, type Operation } from "../model/operation";
import { instantMs } from "../model/time";
import { SystemCallError } from "../native/errno";
import { namesIn } from "./backups";
import { replaceLines } from "./base";
import { appendAll } from "./buffered-file";
import { takeCompactLock } from "./compact-lock";
import { compact } from "./compaction";
import { isDisplaced } from "./displaced";
import { forgetBlocks } from "./face-signing";
import type { Directory } from "./file-system";
import { loadLog } from "./log";
import { decodeTransaction } from "./logged-transaction";
import {
  backupsDirectoryName,
  faceName,
  historyDirectoryName,
  quarantineDirectoryName,
  segmentName,
  temporaryName,
  temporaryOwner,
} from "./paths";
import { readSegments } from "./segments";
import type { Place, StoreSession } from "./session";
import { openSnapshot, type Snapshot } from "./snapshot";
import { StoreMoved } from "./store-moved";
import { encodeTransaction } from "./transaction";
import { encodePurgedFrame, segmentHeaderLength } from "./wal-format";
import type { Frame } from "./wal-reader";

export interface ScrubReport {
  readonly purgedFrames: number;
  /** Files that may still hold the text: copies that bz does not rewrite, and faces. */
  readonly remaining: readonly string[];
  /** Those among them that go with a sync: the face, which it writes without the text, and what exports have displaced. */
  readonly staleFaces: readonly string[];
}

/**
 * Takes everything that was ever logged about these issues out of the sealed segments, and their lines out of the kept bases; they must have been purged
 * before. A frame keeps its length, its sequence and, in its payload, the checksum that the next one links to; what it held of other issues stays. Can be
 * repeated after a crash.
 */
export function scrubHistory(
  session: StoreSession,
  place: Place,
  ids: readonly string[],
  lockTimeoutMs: number,
): ScrubReport {
  const { store } = session;
  foldEverything(session, lockTimeoutMs);
  const compactLock = takeCompactLock(session, lockTimeoutMs);
  try {
    const purgedFrames = scrubSegments(session, new Set(ids));
    const copies = [...scrubBases(session, ids), ...findCopies(store, ids)];
    forgetBlocks(store);
    const staleFaces = findStaleFaces(place.face, new Set(ids));
    return { purgedFrames, remaining: [...copies, ...staleFaces], staleFaces };
  } finally {
    compactLock.close();
  }
}

/** Every frame logged so far has to be in a sealed segment, since the last one is never rewritten. */
function foldEverything(session: StoreSession, lockTimeoutMs: number): void {
  for (let attempt = 0; attempt < foldAttempts; attempt += 1) {
    const { outcome } = compact(session, lockTimeoutMs);
    if (outcome === "compacted" || outcome === "nothing-to-fold") return;
    session.environment.pause(foldPauseMs);
  }
  throw new BzError("LOCK_TIMEOUT", "Other processes kept compacting. The history still holds the text.", {
    hint: "Run the same command again.",
  });
}

function scrubSegments(session: StoreSession, ids: ReadonlySet<string>): number {
  const { store } = session;
  const loaded = loadLog(store, session.readStatus);
  if (loaded === undefined) throw new StoreMoved("the store was removed");
  const { storeId } = loaded.snapshot.header;
  loaded.snapshot.close();
  const history = store.openDirectory(historyDirectoryName);
  if (history === undefined) return 0;
  let purged = 0;
  try {
    for (const { header, frames, isSealed } of readSegments(store, storeId, loaded.position.sequence)) {
      const rewritten = frames.map((frame) => withoutIssues(frame, ids, header.salt));
      const count = rewritten.filter((bytes) => bytes !== undefined).length;
      // What lies behind the last frame that counts may be the same text once more, or what was never acknowledged.
      if (!isSealed || (count === 0 && !hasRest(history, header.generation, frames))) continue;
      replaceSegment(session, history, header.generation, frames, rewritten);
      purged += count;
    }
    history.sync();
    return purged;
  } finally {
    history.close();
  }
}

/** Puts what the purge left into the bases. Returns those that do not verify and so may still hold the text. */
function scrubBases(session: StoreSession, ids: readonly string[]): string[] {
  const loaded = loadLog(session.store, session.readStatus);
  if (loaded === undefined) throw new StoreMoved("the store was removed");
  try {
    const lines = new Map<string, string>();
    for (const id of ids) {
      const line = loaded.state.line(id);
      if (line !== undefined) lines.set(id, line);
    }
    return replaceLines(session, lines);
  } finally {
    loaded.snapshot.close();
  }
}

/** The frame without the operations on these issues and what was recorded about them, undefined when it has none. */
function withoutIssues(frame: Frame, ids: ReadonlySet<string>, salt: Uint8Array): Uint8Array | undefined {
  const { operations, ...info } = decodeTransaction(frame);
  let isChanged = false;
  const kept = operations.map((operation): Operation => {
    const id = issueOf(operation);
    if (id === undefined || !ids.has(id) || operation.op === "purge") return operation;
    isChanged = true;
    return operation.op === "take" ? { op: "gone", take: true } : { op: "gone" };
  });
  return isChanged ? encodePurgedFrame(frame, encodeTransaction(info, kept), salt) : undefined;
}

/** The one exception to segments being append-only: the file is replaced as a whole, so that a reader has the old or the new one. */
function replaceSegment(
  session: StoreSession,
  history: Directory,
  generation: number,
  frames: readonly Frame[],
  rewritten: readonly (Uint8Array | undefined)[],
): void {
  const name = segmentName(generation);
  const bytes = readUpTo(history, name, frames);
  frames.forEach((frame, index) => {
    const replacement = rewritten[index];
    if (replacement !== undefined) bytes.set(replacement, frame.offset);
  });
  const temporary = temporaryName(name, session.environment);
  const file = history.create(temporary, 0o600);
  try {
    appendAll(file, bytes);
    file.sync();
    history.rename(temporary, name);
  } finally {
    file.close();
    history.remove(temporary);
  }
}

/** A copy of the segment up to the end of the last of these frames. */
function readUpTo(history: Directory, name: string, frames: readonly Frame[]): Uint8Array {
  const file = history.open(name, "read");
  if (file === undefined) throw new StoreMoved(`${name} left the history`);
  try {
    return file.read(0, endOf(frames)).slice();
  } finally {
    file.close();
  }
}

function hasRest(history: Directory, generation: number, frames: readonly Frame[]): boolean {
  return (history.status(segmentName(generation))?.size ?? 0) > endOf(frames);
}

/** Where they end in their segment, in bytes. */
function endOf(frames: readonly Frame[]): number {
  const last = frames.at(-1);
  return last === undefined ? segmentHeaderLength : last.offset + last.length;
}

/** Backups and quarantined files are the user's to keep or remove; and what a process that died has not published may still be somebody's who cannot be seen from here. */
function findCopies(store: Directory, ids: readonly string[]): string[] {
  const needles = ids.map((id) => Buffer.from(id));
  const others: string[] = [];
  collect(store, needles, others, isUnpublished);
  for (const name of [historyDirectoryName, backupsDirectoryName, quarantineDirectoryName]) {
    const directory = store.openDirectory(name);
    const isWanted = name === quarantineDirectoryName ? undefined : isUnpublished;
    if (directory !== undefined) collect(directory, needles, others, isWanted);
    directory?.close();
  }
  const backups = store.openDirectory(backupsDirectoryName);
  try {
    const backedUp =
      backups === undefined ? [] : namesIn(backups).filter((name) => holdsAny(backups, name, ids));
    return [...backedUp.map((name) => `${backups?.path}/${name}`), ...others];
  } finally {
    backups?.close();
  }
}

/** Whether the backup has one of these issues with its text. What cannot be read may have it. */
function holdsAny(backups: Directory, name: string, ids: readonly string[]): boolean {
  let backup: Snapshot | undefined;
  try {
    backup = openSnapshot(backups, name);
    const lines = ids.map((id) => backup?.line(id)).filter((line) => line !== undefined);
    return lines.some((line) => !readStamps(line).isPurged);
  } catch (error) {
    if (error instanceof BzError || error instanceof SystemCallError) return true;
    throw error;
  } finally {
    backup?.close();
  }
}

function isUnpublished(name: string): boolean {
  return temporaryOwner(name) !== undefined;
}

function collect(
  directory: Directory,
  needles: readonly Buffer[],
  found: string[],
  isWanted = (_name: string): boolean => true,
): void {
  for (const name of directory.list().filter(isWanted)) {
    const status = directory.status(name);
    if (status?.kind === "directory") {
      const inner = directory.openDirectory(name);
      if (inner !== undefined) collect(inner, needles, found);
      inner?.close();
    } else if (status?.kind === "file") {
      const file = directory.open(name, "read");
      const bytes = Buffer.from(file?.read(0, status.size) ?? []);
      file?.close();
      if (needles.some((needle) => bytes.includes(needle))) found.push(`${directory.path}/${name}`);
    }
  }
}

/** The paths of the face, and of others that it took the place of, while a line in them holds more of these issues than that they were purged. */
function findStaleFaces(beads: Directory | undefined, ids: ReadonlySet<string>): string[] {
  const names =
    beads
      ?.list()
      .filter((name) => name === faceName || isFormerFace(name))
      .sort() ?? [];
  return names.flatMap((name) => {
    const file = beads?.status(name)?.kind === "file" ? beads.open(name, "read") : undefined;
    if (file === undefined) return [];
    try {
      const text = new TextDecoder().decode(file.read(0, file.status().size));
      return text.split("\n").some((line) => holdsText(line.trim(), ids)) ? [file.path] : [];
    } finally {
      file.close();
    }
  });
}

/** What an export displaced, or left when it died. */
function isFormerFace(name: string): boolean {
  return isDisplaced(name) || (name.startsWith(`${faceName}.`) && temporaryOwner(name) !== undefined);
}

/** Also true of a line that cannot be read and names one of them. */
function holdsText(line: string, ids: ReadonlySet<string>): boolean {
  // An id may be spelled with escapes.
  if (!line.includes("\\u") && ![...ids].some((id) => line.includes(id))) return false;
  const kind = kindOfLine(line);
  if (kind !== "issue") return kind === "unreadable" && [...ids].some((id) => line.includes(id));
  const issue = parseIssue(line);
  return ids.has(issue.id) && line !== purgedLine(issue.id, instantMs(issue.updated_at));
}

const foldAttempts = 200;
const foldPauseMs = 25;
