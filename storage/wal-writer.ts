import { SystemCallError } from "../native/errno";
import type { Baseline } from "./baseline";
import { storageError } from "./failure";
import type { Directory, OpenFile } from "./file-system";
import type { WriterLock } from "./lock";
import { type LoadedLog, readSegmentHeader } from "./log";
import { segmentName } from "./paths";
import { encodeStatusPage, type KnownPage, laterMount, type StatusPage } from "./status-page";
import { StoreMoved } from "./store-moved";
import { type Appending, append } from "./wal-append";
import { encodeFrame, frameKind } from "./wal-format";
import type { VerifiedPrefix } from "./wal-reader";

/** What a holder of the writers' lock needs to change the log. */
export interface LogWriting {
  readonly store: Directory;
  readonly lock: WriterLock;
  readonly bootId: Uint8Array;
}

/**
 * A frame for the end of the log as it was read, made before the lock is taken so that others wait for less. It counts only while the page of that time stands there
 * to the byte: then nothing was confirmed since, nor was the segment sealed.
 */
export interface Draft extends Appending {
  readonly known: KnownPage;
  /** Open to append; for whoever has the draft to close. */
  readonly segment: OpenFile;
}

/**
 * Undefined where the log cannot be appended to as it is: then all that is to be written is found out under the lock.
 * @throws BzError as `commit` does
 */
export function draftFrame(writing: LogWriting, loaded: LoadedLog, payload: Uint8Array): Draft | undefined {
  const { status: page } = loaded;
  if (page === undefined || page.sealed || page.generation !== loaded.position.generation) return undefined;
  return withRemovalsNoticed(writing, () => {
    const segment = writing.store.open(segmentName(page.generation), "append");
    if (segment === undefined) return undefined;
    let draft: Draft | undefined;
    try {
      const { inode, mount } = segment.status();
      if (inode === page.inode) {
        const known = { page, bytes: encodeStatusPage(page) };
        draft = { known, segment, ...appendingTo(segment, page, mount, loaded, payload) };
      }
      return draft;
    } finally {
      if (draft === undefined) segment.close();
    }
  });
}

/**
 * Makes one transaction durable, behind the baseline. When this returns, the frame is on stable storage, reachable, and confirmed to every
 * reader; when it throws, no reader sees it.
 *
 * @param draft of this transaction, if nothing has moved since
 * @throws BzError NO_SPACE, READ_ONLY, STORAGE_FAILED: nothing was saved
 * @throws StoreMoved when the store was removed meanwhile: nothing was saved, start over
 */
export function commit(writing: LogWriting, baseline: Baseline, payload: Uint8Array, draft?: Draft): void {
  const { status, loaded } = baseline;
  const made = draft?.known.page === status ? draft : undefined;
  withRemovalsNoticed(writing, () => {
    const segment = made?.segment ?? writing.store.open(segmentName(status.generation), "append");
    if (segment === undefined) throw new StoreMoved("the last segment was removed");
    try {
      const { inode, size, mount } = segment.status();
      if (inode !== status.inode) throw new StoreMoved("the last segment was replaced");
      const isClean = !status.sealed && size === status.confirmedOffset;
      if (isClean) append(writing, segment, made ?? appendingTo(segment, status, mount, loaded, payload));
      else {
        const { rotate } = require("./segment-rotation") as typeof import("./segment-rotation");
        rotate(writing, { status: { ...status, mount: laterMount(status.mount, mount) }, loaded }, [payload]);
      }
    } finally {
      if (made === undefined) segment.close();
    }
  });
}

/** @param mount through which the segment is seen */
function appendingTo(
  segment: OpenFile,
  page: StatusPage,
  mount: number,
  { position, head }: LoadedLog,
  payload: Uint8Array,
): Appending {
  const { salt } = readSegmentHeader(segment, page.generation, page.storeId);
  const sequence = position.sequence + 1;
  const { bytes: frame } = encodeFrame(
    { sequence, previousChecksum: position.checksum, kind: frameKind.transaction, payload },
    salt,
  );
  const status = {
    ...page,
    mount: laterMount(page.mount, mount),
    prefix: longer(page.prefix, head?.prefix(salt)),
  };
  const confirmedOffset = status.confirmedOffset + frame.length;
  const confirming = encodeStatusPage({ ...status, confirmedOffset, confirmedSequence: sequence });
  return { status, frame, confirming };
}

/** Others may have read more of the segment since. */
function longer(
  one: VerifiedPrefix | undefined,
  other: VerifiedPrefix | undefined,
): VerifiedPrefix | undefined {
  return (other?.offset ?? 0) > (one?.offset ?? 0) ? other : one;
}

/** ENOENT under a directory that has lost its name: a `git clean` took the store away. */
export function withRemovalsNoticed<T>(writing: LogWriting, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const isRemoved =
      error instanceof SystemCallError && error.code === "ENOENT" && !writing.store.isLinked();
    throw isRemoved ? new StoreMoved("the store was removed") : storageError("Nothing was saved.", error);
  }
}
