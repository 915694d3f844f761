import type { IssueSource } from "../model/issue-source";
import type { Directory } from "./file-system";
import { deltaName, snapshotName } from "./paths";
import { type LinePlace, openDelta, openSnapshot, type Snapshot } from "./snapshot";
import type { LeafEntry } from "./snapshot-format";
import type { SnapshotOrigin } from "./snapshot-writer";

/** What the log goes on from: the base, or the base with its delta over it. */
export interface Checkpoint extends IssueSource {
  readonly header: SnapshotOrigin;
  readonly base: Snapshot;
  readonly delta: Snapshot | undefined;
  /** Of both files, in bytes. */
  readonly size: number;
  records(): ReturnType<Snapshot["records"]>;
  entryOf(id: string): LeafEntry | undefined;
  entries(): Iterable<LeafEntry>;
  /** Every line in the order of the ids, and which file has it. */
  places(): Iterable<LinePlace>;
  lineBytes(entry: LeafEntry): Uint8Array;
  readAhead(): void;
  serveAnswer(saved: string): void;
  close(): void;
}

/**
 * What is published; undefined when there is no base. The two files are found one after the other, so whoever reads on from them asks
 * `isPublished` at the end.
 * @throws BzError CORRUPT when what says how to read them does not verify
 */
export function openCheckpoint(store: Directory): Checkpoint | undefined {
  const base = openSnapshot(store);
  if (base === undefined) return undefined;
  try {
    const delta = openDeltaOf(store, base);
    if (delta === undefined) return base;
    const { LayeredSnapshot } = require("./layered-snapshot") as typeof import("./layered-snapshot");
    return new LayeredSnapshot(base, delta);
  } catch (error) {
    base.close();
    throw error;
  }
}

/** Whether these are still the files that a reader finds. Both are held open, so that no other file can have got their inode. */
export function isPublished(store: Directory, { base, delta }: Checkpoint): boolean {
  if (!isFile(store, snapshotName, base)) return false;
  if (delta !== undefined) return isFile(store, deltaName, delta);
  if (store.status(deltaName) === undefined) return true;
  // That of another base counts as none.
  const standing = openDeltaOf(store, base);
  standing?.close();
  return standing === undefined;
}

/** The delta of that base. One that names another base was left by a crash between the two files, and says nothing any more. */
function openDeltaOf(store: Directory, base: Snapshot): Snapshot | undefined {
  const delta = openDelta(store);
  if (delta === undefined || delta.header.over?.base === base.identity) return delta;
  delta.close();
  return undefined;
}

/** Whether that name still leads to this file. */
export function isFile(store: Directory, name: string, { status: { inode, device } }: Snapshot): boolean {
  const found = store.status(name);
  return found?.inode === inode && found.device === device;
}
