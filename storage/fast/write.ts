import { BzError } from "../../model/errors";
import type { Operation } from "../../model/operation";
import { SystemCallError } from "../../native/errno";
import { append, closeFile, readAt, syncData, writeAt } from "../../native/file";
import { tryLock } from "../../native/file-lock";
import { status, statusAt } from "../../native/file-status";
import type { FaceLag } from "../automatic-export";
import { sameBytes } from "../byte-layout";
import { isCompactionDue } from "../compaction-trigger";
import { mayExport } from "../export-budget";
import type { FaceSignature } from "../face-signature";
import { storageError } from "../failure";
import { withPath } from "../native-file-system";
import { compactLockName, lockName, segmentName, storeDirectoryName } from "../paths";
import {
  decodeStatusPage,
  encodeStatusPage,
  isOvertaken,
  isSamePlace,
  laterMount,
  statusPageLength,
} from "../status-page";
import type { Transacted } from "../transact";
import { encodeTransaction, type TransactionInfo } from "../transaction";
import { type Appending, append as appendFrame, type FrameWriting } from "../wal-append";
import { encodeFrame, frameHeaderLength, frameKind, segmentHeaderLength } from "../wal-format";
import type { Waiter } from "../wal-state";
import { FastLock } from "./lock";
import { regularAt } from "./place";
import type { FastSettings } from "./settings";
import { type FastFiles, readFiles, readOn, readPage, refuseOvertaken } from "./store";
import { giveUp } from "./unusual";

/** What a write leaves to be done behind its answer. */
export interface FastRest {
  readonly info: TransactionInfo;
  readonly sequence: number;
  readonly log: Omit<Transacted<unknown>["log"], "state">;
  /** What stood there before, and what the write has put behind it. */
  readonly before: Pick<FastFiles, "snapshot" | "log">;
  readonly operations: readonly Operation[];
  readonly beadsPath: string;
  readonly lockTimeoutMs: number;
  /** The log is long enough to be folded. */
  readonly isCompactionDue: boolean;
  /** Why the face is left as it is, where that is known without a look at it. */
  readonly noExport: FaceLag["reason"] | undefined;
  /** Up to which the face shows what the store holds; below 0 where that is not known. */
  readonly exportedSequence: number;
}

/** A decision, of which it is known that later commands can read what comes of it. */
export interface FastPrepared<A> {
  readonly answer: A;
  /** None: nothing is to change. */
  readonly operations: readonly Operation[];
  /** Whether it would be the same behind what others have written since; where nobody can tell, it is made anew. */
  readonly holdsIn?: (latest: FastFiles) => boolean;
}

export interface FastWritten<A> {
  readonly answer: A;
  /** Undefined where nothing changed, or where it could not be made once the change was saved: whoever writes next does that as well. */
  readonly rest: FastRest | undefined;
  /** Says that nothing was saved, or that nobody knows whether it was: it is on the disk, and could not be confirmed. */
  readonly failure?: BzError;
}

/**
 * Decides and commits, as `transact` does: the decision is made before the lock is taken, and again under it when somebody else has written meanwhile. When this returns without a
 * `failure`, the change is on stable storage; when it throws, nothing was acknowledged, and no reader sees anything of it. So the answer is made before anything is written:
 * what it reads may make the call give up.
 */
export function writeFast<A>(
  files: FastFiles,
  settings: FastSettings,
  info: TransactionInfo,
  prepare: (files: FastFiles) => FastPrepared<A>,
): FastWritten<A> {
  const { place } = files;
  let latest = files;
  let prepared = prepare(files);
  if (prepared.operations.length === 0) return unchanged(files, prepared);
  const lock = new FastLock(place);
  let segment = openSegment(files);
  let payload = encodeTransaction(info, prepared.operations);
  let draft: FastDraft;
  let failure: BzError | undefined;
  let waiter: Waiter | undefined;
  let rest: FastRest | undefined;
  let isHeld = false;
  let isCommitted = false;
  try {
    try {
      for (;;) {
        draft = makeDraft(latest, lock, segment, payload);
        if (isHeld) break;
        lock.acquire(info.command, settings.lockTimeoutMs);
        isHeld = true;
        const standing = readAt(place.lock, 0, statusPageLength);
        if (sameBytes(standing, draft.known)) break;
        if (isSamePlace(standing, draft.known)) {
          latest = readOn(files, decodeStatusPage(standing) ?? giveUp(), segment.file);
        } else {
          latest = readFiles(place, readPage(place), files.snapshot);
          segment = openSegment(latest);
        }
        if (prepared.holdsIn?.(latest) === true) continue;
        prepared = prepare(latest);
        if (prepared.operations.length === 0) return unchanged(latest, prepared);
        payload = encodeTransaction(info, prepared.operations);
      }
      failure = commit(draft);
      isCommitted = true;
      // Behind a claim or a closing others may find that nothing is left to do, and would not export either.
      if (settings.autoFlush && info.command === "q") waiter = lock.aWaiter();
    } finally {
      if (isHeld) lock.release();
    }
    const payloadLength = draft.appending.frame.length - frameHeaderLength;
    rest = restOf(latest, lock, payloadLength, { info, operations: prepared.operations, settings, waiter });
  } catch (error) {
    // Whatever fails behind it, as what an upgrade took away meanwhile, must not have it made again.
    if (!isCommitted) throw error;
  }
  return { answer: prepared.answer, rest, ...(failure === undefined ? {} : { failure }) };
}

/** Where something changes, `commit` asks whether the page is an old one. */
function unchanged<A>(files: FastFiles, { answer }: FastPrepared<A>): FastWritten<A> {
  refuseOvertaken(files);
  return { answer, rest: undefined };
}

interface FastDraft {
  /** The page behind which the frame is to stand. */
  readonly known: Uint8Array;
  readonly confirmedOffset: number;
  readonly writing: FrameWriting;
  readonly segment: Parameters<typeof appendFrame>[1];
  readonly appending: Appending;
}

/** The one that a frame is to be appended to. */
interface FastSegment {
  readonly name: string;
  /** Open to append, and to be read. */
  readonly file: number;
  readonly mount: number;
}

function openSegment({ place, page }: FastFiles): FastSegment {
  if (page.sealed) giveUp();
  const name = segmentName(page.generation);
  const file = regularAt(place.store, name, "append") ?? giveUp();
  const { inode, mount } = status(file);
  if (inode !== page.inode) giveUp();
  return { name, file, mount };
}

/** All that is known before the lock is taken, so that others wait for less. */
function makeDraft(
  { place, page, log }: FastFiles,
  lock: FastLock,
  { name, file, mount }: FastSegment,
  payload: Uint8Array,
): FastDraft {
  const sequence = page.confirmedSequence + 1;
  const content = { sequence, previousChecksum: log.lastChecksum, kind: frameKind.transaction, payload };
  const { bytes: frame } = encodeFrame(content, log.salt);
  const confirmedOffset = page.confirmedOffset + frame.length;
  const next = { ...page, mount: laterMount(page.mount, mount), prefix: log.prefix() ?? page.prefix };
  const confirming = encodeStatusPage({ ...next, confirmedOffset, confirmedSequence: sequence });
  const storePath = `${place.beadsPath}/${storeDirectoryName}`;
  const path = `${storePath}/${name}`;
  const lockPath = `${storePath}/${lockName}`;
  return {
    known: encodeStatusPage(page),
    confirmedOffset: page.confirmedOffset,
    writing: {
      store: { status: (wanted) => statusAt(place.store, wanted) },
      lock: {
        file: {
          path: lockPath,
          writeAt: (offset, bytes) => withPath(lockPath, () => writeAt(place.lock, offset, bytes)),
        },
        isPublished: () => lock.isPublished(),
      },
    },
    segment: {
      path,
      append: (bytes) => withPath(path, () => append(file, bytes)),
      status: () => status(file),
      sync: () => withPath(path, () => syncData(file)),
    },
    appending: { status: next, frame, confirming },
  };
}

/**
 * Appends, syncs and confirms, in the order that every writer keeps. Gives up where the next frame belongs into a new segment. Returns the error of what was tried and must not be tried
 * again.
 */
function commit({ confirmedOffset, writing, segment, appending }: FastDraft): BzError | undefined {
  if (segment.status().size !== confirmedOffset || isOvertaken(writing.store, appending.status)) giveUp();
  try {
    appendFrame(writing, segment, appending);
    return undefined;
  } catch (error) {
    if (error instanceof SystemCallError) return storageError("Nothing was saved.", error);
    if (error instanceof BzError) return error;
    throw error;
  }
}

interface WrittenFast extends Pick<FastRest, "info" | "operations"> {
  readonly settings: FastSettings;
  /** Who was seen to wait when all was done. */
  readonly waiter: Waiter | undefined;
}

function restOf(
  { place, snapshot, log, page, signature }: FastFiles,
  lock: FastLock,
  payloadLength: number,
  { info, operations, settings, waiter }: WrittenFast,
): FastRest {
  const { base, delta } = snapshot;
  const deltaBytes = delta?.status.size ?? 0;
  const pendingBytes = page.confirmedOffset - segmentHeaderLength + payloadLength;
  const storeBytes = base.status.size + deltaBytes + pendingBytes;
  const pending = { pendingBytes, pendingFrames: log.length + 1, deltaBytes, storeBytes };
  const sequence = page.confirmedSequence + 1;
  return {
    info,
    operations,
    before: { snapshot, log },
    beadsPath: place.beadsPath,
    lockTimeoutMs: settings.lockTimeoutMs,
    sequence,
    log: {
      ...pending,
      storeId: page.storeId,
      baseSequence: page.confirmedSequence - log.length,
    },
    isCompactionDue: isCompactionDue(pending, () => lock.waiting()) && !isBeingFolded(place.store),
    noExport: whyNoExport(sequence, signature, settings, lock, waiter),
    exportedSequence: signature.sequence,
  };
}

/**
 * Asked before anything is loaded that an export takes: in a stream of writes hardly any of them makes one. It is left to who writes next, for as long as the face is hardly behind: of those
 * who write at once the last finds nobody behind it.
 */
function whyNoExport(
  sequence: number,
  { allowance, takenMs }: FaceSignature,
  { autoFlush }: FastSettings,
  lock: FastLock,
  waiter: Waiter | undefined,
): FaceLag["reason"] | undefined {
  if (!autoFlush) return "off";
  const nowMs = Date.now();
  if (!mayExport(allowance, nowMs, sequence)) return "spent";
  const sinceMs = nowMs - takenMs;
  const isLeft = waiter !== undefined && sinceMs >= 0 && sinceMs < hardlyBehindMs && lock.getsTheLock(waiter);
  return isLeft ? "busy" : undefined;
}

/** For how long each may leave the export to the next. */
const hardlyBehindMs = 1000;

/** Whether somebody else folds or exports at this moment: then there is nothing to do. Never fails, as the change is saved by now, and must not be made again: whoever folds says what is wrong. */
function isBeingFolded(store: number): boolean {
  try {
    const file = regularAt(store, compactLockName, "update");
    if (file === undefined) return false;
    const isFree = tryLock(file);
    // Releases it.
    closeFile(file);
    return !isFree;
  } catch {
    return false;
  }
}
