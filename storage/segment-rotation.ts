import { SystemCallError } from "../native/errno";
import type { Baseline } from "./baseline";
import { appendAll } from "./buffered-file";
import type { Directory } from "./file-system";
import { segmentName, temporaryName } from "./paths";
import { encodeStatusPage, laterMount, type StatusPage, writeStatusPage } from "./status-page";
import { StoreMoved } from "./store-moved";
import { confirm, refuseReplacedLock } from "./wal-append";
import { encodeFrame, encodeSegmentHeader, frameKind } from "./wal-format";
import type { LogPosition } from "./wal-reader";
import { type LogWriting, withRemovalsNoticed } from "./wal-writer";

/** Ends the log in a new segment without frames, so that everything before it is sealed. Returns the page that confirms it, and where the log ends now. */
export function seal(writing: LogWriting, baseline: Baseline): { status: StatusPage; position: LogPosition } {
  return withRemovalsNoticed(writing, () => {
    const sealed = rotate(writing, baseline, []);
    // Not empty where it had to begin with a frame written again.
    if (!baseline.status.unproven) return sealed;
    const { status, position } = sealed;
    return rotate(writing, { status, loaded: { ...baseline.loaded, position } }, []);
  });
}

/**
 * The only birth of a segment after the first. The old one is sealed before anything else, so that nobody appends to it even if we die here; what lies
 * in it behind the base of the new one is dead from the moment that is published. Where the last frame is unproven, the base is the one before, and that frame
 * is written again in front of the others.
 */
export function rotate(
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
      prefix: undefined,
    };
    confirm(lock, encodeStatusPage(confirmed));
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

/** A temporary that cannot be removed is swept by a later compaction; the error that brought us here is the one to tell. */
export function removeQuietly(store: Directory, name: string): void {
  try {
    store.remove(name);
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
  }
}
