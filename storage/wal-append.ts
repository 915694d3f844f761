import { BzError } from "../model/errors";
import { SystemCallError } from "../native/errno";
import type { Directory, OpenFile } from "./file-system";
import { segmentName } from "./paths";
import { type StatusPage, writeStatusPage } from "./status-page";
import { StoreMoved } from "./store-moved";
import { replacedLock, unconfirmed } from "./unknown-fate";

/** What appending takes of a session. */
export interface FrameWriting {
  readonly store: Pick<Directory, "status">;
  readonly lock: { readonly file: Pick<OpenFile, "path" | "writeAt">; isPublished(): boolean };
}

/** What is to be written behind the end of a segment. */
export interface Appending {
  readonly status: StatusPage;
  readonly frame: Uint8Array;
  /** The page that confirms it. */
  readonly confirming: Uint8Array;
}

/**
 * Makes one frame durable, reachable, and confirmed to every reader, in this order; the caller holds the writers' lock, and the segment ends where the page says.
 * @throws BzError STORAGE_FAILED, SystemCallError, StoreMoved: nothing was saved
 * @throws BzError that says that the fate of the change is not known: the frame is on the disk, and could not be confirmed
 */
export function append(
  { store, lock }: FrameWriting,
  segment: Pick<OpenFile, "path" | "append" | "status" | "sync">,
  { status, frame, confirming }: Appending,
): void {
  const written = segment.append(frame);
  // A short write leaves its bytes where they are: the size is no longer the confirmed one, so the next writer rotates.
  if (written < frame.length) throw new SystemCallError("write", "ENOSPC", segment.path);
  if (segment.status().size !== status.confirmedOffset + frame.length)
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
  confirm(lock, confirming);
}

/**
 * Where somebody removed the lock file while we held it, another writer may have taken the new one for the same position of the log. The frame
 * is written by now, so that it is not for us to say which of the two counts.
 */
export function refuseReplacedLock(lock: FrameWriting["lock"]): void {
  if (!lock.isPublished()) throw replacedLock(lock.file.path);
}

/** The frame is durable from here on, so a failure to say so leaves its fate open until the next boot or `bz doctor`. */
export function confirm(lock: FrameWriting["lock"], page: Uint8Array): void {
  try {
    lock.file.writeAt(0, page);
  } catch (error) {
    throw error instanceof SystemCallError ? unconfirmed(error) : error;
  }
}
