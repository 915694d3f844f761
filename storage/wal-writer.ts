import { BzError } from "../model/errors";
import { SystemCallError } from "../native/errno";
import { randomBytes, randomName } from "./checksum";
import { storageError } from "./failure";
import type { Directory, OpenFile } from "./file-system";
import type { WriterLock } from "./lock";
import { readSegmentHeader, StoreMoved } from "./log";
import { segmentName, temporaryName } from "./paths";
import { appendAll } from "./snapshot-writer";
import { type StatusPage, writeStatusPage } from "./status-page";
import { encodeFrame, encodeSegmentHeader, frameKind, segmentHeaderLength } from "./wal-format";
import type { LogPosition } from "./wal-reader";

/** What a holder of the writers' lock needs to change the log. */
export interface LogWriting {
  readonly store: Directory;
  readonly lock: WriterLock;
  readonly bootId: Uint8Array;
  readonly storeId: Uint8Array;
}

export interface Committed {
  readonly status: StatusPage;
  readonly position: LogPosition;
}

/**
 * Makes one transaction durable, behind `position`, which is the confirmed end of the log. When this returns, the frame is on stable storage,
 * reachable, and confirmed to every reader; when it throws, no reader sees it.
 *
 * @throws BzError NO_SPACE, READ_ONLY, STORAGE_FAILED: nothing was saved
 * @throws StoreMoved when the store was removed meanwhile: nothing was saved, start over
 */
export function commit(
  writing: LogWriting,
  status: StatusPage,
  position: LogPosition,
  payload: Uint8Array,
): Committed {
  return withSegmentHeld(writing, status, (segment) => {
    const file = segment.status();
    const isClean = !status.sealed && file.size === status.confirmedOffset;
    return isClean
      ? appendFrame(writing, segment, status, position, payload)
      : rotate(writing, status, position, payload);
  });
}

/** Starts a new segment with nothing in it, so that everything before it is sealed. */
export function rotateEmpty(writing: LogWriting, status: StatusPage, position: LogPosition): Committed {
  return withSegmentHeld(writing, status, () => rotate(writing, status, position, undefined));
}

function withSegmentHeld(
  writing: LogWriting,
  status: StatusPage,
  action: (segment: OpenFile) => Committed,
): Committed {
  const segment = writing.store.open(segmentName(status.generation), "append");
  if (segment === undefined) throw new StoreMoved("the last segment was removed");
  try {
    writing.lock.holdSegment(segment);
    if (segment.status().inode !== status.inode) throw new StoreMoved("the last segment was replaced");
    return action(segment);
  } catch (error) {
    throw isRemoved(writing, error)
      ? new StoreMoved("the store was removed")
      : storageError("Nothing was saved.", error);
  } finally {
    // Closing frees the segment's lock, and comes before the writers' lock is released.
    segment.close();
  }
}

function appendFrame(
  writing: LogWriting,
  segment: OpenFile,
  status: StatusPage,
  position: LogPosition,
  payload: Uint8Array,
): Committed {
  const { store, lock } = writing;
  const { salt } = readSegmentHeader(segment, status.generation, writing.storeId);
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
  const confirmed = { ...status, confirmedOffset: offset, confirmedSequence: sequence };
  confirm(lock, confirmed);
  return {
    status: confirmed,
    position: { generation: status.generation, offset, sequence, checksum: frame.checksum },
  };
}

/**
 * The only birth of a segment after the first. The old one is sealed before anything else, so that nobody appends to it even if we die here; what lies
 * in it behind the confirmed offset is dead from the moment the new one is published, since its base leaves it out.
 */
function rotate(
  writing: LogWriting,
  status: StatusPage,
  position: LogPosition,
  payload: Uint8Array | undefined,
): Committed {
  const { store, lock, storeId, bootId } = writing;
  writeStatusPage(lock.file, { ...status, sealed: true });
  const generation = status.generation + 1;
  const salt = randomBytes(16);
  const { sequence: baseSequence, checksum: baseChecksum } = position;
  const header = encodeSegmentHeader({ storeId, generation, salt, baseSequence, baseChecksum });
  const frame =
    payload === undefined
      ? undefined
      : encodeFrame(
          {
            sequence: baseSequence + 1,
            previousChecksum: baseChecksum,
            kind: frameKind.transaction,
            payload,
          },
          salt,
        );
  const temporary = temporaryName("wal", lock.environment.processes.id, randomName(8));
  const segment = store.create(temporary, 0o600);
  try {
    // Held before it has its name, so that the holder of another lock file meets the trip-wire here as well.
    lock.holdSegment(segment);
    appendAll(segment, header);
    if (frame !== undefined) appendAll(segment, frame.bytes);
    segment.sync();
    store.rename(temporary, segmentName(generation));
    store.sync();
    const file = segment.status();
    const published = store.status(segmentName(generation));
    if (published?.inode !== file.inode || !store.isLinked())
      throw new StoreMoved("the new segment was removed");
    const confirmed: StatusPage = {
      bootId,
      storeId,
      device: file.device,
      inode: file.inode,
      generation,
      confirmedOffset: segmentHeaderLength + (frame?.bytes.length ?? 0),
      confirmedSequence: baseSequence + (frame === undefined ? 0 : 1),
      sealed: false,
    };
    confirm(lock, confirmed);
    const { confirmedOffset: offset, confirmedSequence: sequence } = confirmed;
    return {
      status: confirmed,
      position: { generation, offset, sequence, checksum: frame?.checksum ?? baseChecksum },
    };
  } catch (error) {
    removeQuietly(store, temporary);
    throw error;
  } finally {
    segment.close();
  }
}

/** The frame is durable from here on, so a failure to say so leaves its fate open until the next boot or `bz doctor`. */
function confirm(lock: WriterLock, status: StatusPage): void {
  try {
    writeStatusPage(lock.file, status);
  } catch (error) {
    throw storageError("Whether the change was saved is not known: look before you repeat it.", error);
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
function isRemoved(writing: LogWriting, error: unknown): boolean {
  return error instanceof SystemCallError && error.code === "ENOENT" && !writing.store.isLinked();
}
