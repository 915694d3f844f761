import { BzError } from "../model/errors";
import { SystemCallError } from "../native/errno";
import type { Baseline } from "./baseline";
import { appendAll } from "./buffered-file";
import { storageError } from "./failure";
import type { Directory, OpenFile } from "./file-system";
import type { WriterLock } from "./lock";
import { readSegmentHeader, StoreMoved } from "./log";
import { segmentName, temporaryName } from "./paths";
import { laterMount, type StatusPage, writeStatusPage } from "./status-page";
import { encodeFrame, encodeSegmentHeader, frameKind } from "./wal-format";
import type { LogPosition } from "./wal-reader";

/** What a holder of the writers' lock needs to change the log. */
export interface LogWriting {
  readonly store: Directory;
  readonly lock: WriterLock;
  readonly bootId: Uint8Array;
}

/**
 * Makes one transaction durable, behind the baseline. When this returns, the frame is on stable storage, reachable, and confirmed to every
 * reader; when it throws, no reader sees it.
 *
 * @throws BzError NO_SPACE, READ_ONLY, STORAGE_FAILED: nothing was saved
 * @throws StoreMoved when the store was removed meanwhile: nothing was saved, start over
 */
export function commit(writing: LogWriting, baseline: Baseline, payload: Uint8Array): void {
  const { loaded } = baseline;
  withRemovalsNoticed(writing, () => {
    const segment = writing.store.open(segmentName(baseline.status.generation), "append");
    if (segment === undefined) throw new StoreMoved("the last segment was removed");
    try {
      const found = segment.status();
      const { inode, size } = found;
      const status = { ...baseline.status, mount: laterMount(baseline.status.mount, found.mount) };
      if (inode !== status.inode) throw new StoreMoved("the last segment was replaced");
      const isClean = !status.sealed && size === status.confirmedOffset;
      if (isClean) appendFrame(writing, segment, status, loaded.position, payload);
      else rotate(writing, { status, loaded }, [payload]);
    } finally {
      segment.close();
    }
  });
}

/** Ends the log in a new segment without frames, so that everything before it is sealed. Returns the page that confirms it. */
export function seal(writing: LogWriting, baseline: Baseline): StatusPage {
  return withRemovalsNoticed(writing, () => {
    const { status, position } = rotate(writing, baseline, []);
    // Not empty where it had to begin with a frame written again.
    if (!baseline.status.unproven) return status;
    return rotate(writing, { status, loaded: { ...baseline.loaded, position } }, []).status;
  });
}

function appendFrame(
  writing: LogWriting,
  segment: OpenFile,
  status: StatusPage,
  position: LogPosition,
  payload: Uint8Array,
): void {
  const { store, lock } = writing;
  const { salt } = readSegmentHeader(segment, status.generation, status.storeId);
  const sequence = position.sequence + 1;
  const frame = encodeFrame(
    { sequence, previousChecksum: position.checksum, kind: frameKind.transaction, payload },
    salt,
  );
  const offset = status.confirmedOffset + frame.bytes.length;
  const written = segment.append(frame.bytes);
  // A short write leaves its bytes where they are: the size is no longer the confirmed one, so the next writer rotates.
  if (written < frame.bytes.length) throw new SystemCallError("write", "ENOSPC", segment.path);
  if (segment.status().size !== offset)
    throw new BzError("STORAGE_FAILED", `Another program wrote into ${segment.path}. Nothing was saved.`, {
      hint: "Run the command again; it will start a new segment. `bz doctor` checks the store.",
    });
  try {
    segment.sync();
  } catch (error) {
    // After a failed sync the kernel may call the pages clean although they never reached the disk, so that a retry proves nothing (measured on ext4).
    writeStatusPage(lock.file, { ...status, sealed: true });
    throw error;
  }
  const published = store.status(segmentName(status.generation));
  if (segment.status().links === 0 || published?.inode !== status.inode)
    throw new StoreMoved("the segment was removed");
  refuseReplacedLock(lock);
  confirm(lock, { ...status, confirmedOffset: offset, confirmedSequence: sequence });
}

/**
 * The only birth of a segment after the first. The old one is sealed before anything else, so that nobody appends to it even if we die here; what lies
 * in it behind the base of the new one is dead from the moment that is published. Where the last frame is unproven, the base is the one before, and that frame
 * is written again in front of the others.
 */
function rotate(
  writing: LogWriting,
  { status, loaded }: Baseline,
  payloads: readonly Uint8Array[],
): { status: StatusPage; position: LogPosition } {
  const { store, lock, bootId } = writing;
  const { storeId } = loaded.snapshot.header;
  writeStatusPage(lock.file, { ...status, sealed: true });
  const repeated = status.unproven ? loaded.lastFrame : undefined;
  const base = repeated?.before ?? loaded.position;
  const frames = payloads.map((payload) => ({ kind: frameKind.transaction as number, payload }));
  const generation = loaded.position.generation + 1;
  const { bytes, position } = encodeSegment(
    lock.environment.randomBytes(16),
    storeId,
    generation,
    base,
    repeated ? [repeated, ...frames] : frames,
  );
  const temporary = temporaryName("wal", lock.environment);
  const segment = store.create(temporary, 0o600);
  try {
    appendAll(segment, bytes);
    segment.sync();
    if (!lock.isPublished()) throw new StoreMoved("the lock file was replaced");
    store.rename(temporary, segmentName(generation));
    store.sync();
    const made = segment.status();
    const { device, inode } = made;
    const published = store.status(segmentName(generation));
    if (published?.inode !== inode || !store.isLinked()) throw new StoreMoved("the new segment was removed");
    refuseReplacedLock(lock);
    const { offset: confirmedOffset, sequence: confirmedSequence } = position;
    const confirmed: StatusPage = {
      bootId,
      storeId,
      device,
      inode,
      generation,
      confirmedOffset,
      confirmedSequence,
      sealed: false,
      unproven: false,
      mount: laterMount(status.mount, made.mount),
    };
    confirm(lock, confirmed);
    return { status: confirmed, position };
  } catch (error) {
    removeQuietly(store, temporary);
    throw error;
  } finally {
    segment.close();
  }
}

/** A whole segment, and the position behind its last frame. */
function encodeSegment(
  salt: Uint8Array,
  storeId: Uint8Array,
  generation: number,
  base: LogPosition,
  frames: readonly { kind: number; payload: Uint8Array }[],
): { bytes: Uint8Array; position: LogPosition } {
  let { sequence, checksum } = base;
  const parts = [
    encodeSegmentHeader({ storeId, generation, salt, baseSequence: sequence, baseChecksum: checksum }),
  ];
  for (const { kind, payload } of frames) {
    sequence += 1;
    const frame = encodeFrame({ sequence, previousChecksum: checksum, kind, payload }, salt);
    checksum = frame.checksum;
    parts.push(frame.bytes);
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return { bytes, position: { generation, offset: length, sequence, checksum } };
}

/**
 * Where somebody removed the lock file while we held it, another writer may have taken the new one for the same position of the log. The frame
 * is written by now, so that it is not for us to say which of the two counts.
 */
function refuseReplacedLock(lock: WriterLock): void {
  if (lock.isPublished()) return;
  throw new BzError(
    "LOCK_FAILED",
    `${lock.file.path} was removed or replaced while this command held it. ${unknownFate}`,
    {
      hint: "The lock file is never removed by bz, and must not be by anyone else.",
      context: { file: lock.file.path },
    },
  );
}

/** The frame is durable from here on, so a failure to say so leaves its fate open until the next boot or `bz doctor`. */
function confirm(lock: WriterLock, status: StatusPage): void {
  try {
    writeStatusPage(lock.file, status);
  } catch (error) {
    throw storageError(unknownFate, error);
  }
}

/** A temporary that cannot be removed is swept by a later compaction; the error that brought us here is the one to tell. */
function removeQuietly(store: Directory, name: string): void {
  try {
    store.remove(name);
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
  }
}

/** ENOENT under a directory that has lost its name: a `git clean` took the store away. */
function withRemovalsNoticed<T>(writing: LogWriting, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const isRemoved =
      error instanceof SystemCallError && error.code === "ENOENT" && !writing.store.isLinked();
    throw isRemoved ? new StoreMoved("the store was removed") : storageError("Nothing was saved.", error);
  }
}

const unknownFate = "Whether the change was saved is not known: look before you repeat it.";
