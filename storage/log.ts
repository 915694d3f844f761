import type { BzError } from "../model/errors";
import { State } from "../model/state";
import { sameBytes } from "./byte-layout";
import { type Checkpoint, isPublished, openCheckpoint } from "./checkpoint";
import { corrupt, writtenByNewer } from "./failure";
import type { Directory, OpenFile } from "./file-system";
import { generationsIn, historyDirectoryName, segmentName } from "./paths";
import { type Promised, readPromise } from "./promise";
import type { StatusPage } from "./status-page";
import { StoreMoved } from "./store-moved";
import { UnreadLog } from "./unread-log";
import { birthChecksum, decodeSegmentHeader, type SegmentHeader, segmentHeaderLength } from "./wal-format";
import { type FrameWalk, hasFrameBeyond, type LogPosition, walkFrames, walkFromPrefix } from "./wal-reader";

/**
 * The state of a store: its snapshot and the frames behind it, applied. Reading takes no lock. A reader stops at what the status page
 * confirms, so nothing it shows can vanish; it never sees half a chain, because it starts over when a compaction replaced the snapshot under it.
 */
export interface LoadedLog {
  readonly snapshot: Checkpoint;
  readonly state: State;
  /** The log behind the snapshot; what `state` reads when it is asked. */
  readonly unread: UnreadLog;
  /** Everything up to here is in `state`. */
  readonly position: LogPosition;
  /** The current status page it was read under; undefined when there was none, so that nothing in it is known to be confirmed. */
  readonly status: StatusPage | undefined;
  /** The frames of the last segment from its start on, as they were read at once; undefined where it has none. */
  readonly head: FrameWalk | undefined;
  /** The last frame of the last segment, if that has any: the only one that may be unconfirmed. */
  readonly lastFrame: LastFrame | undefined;
  /** What was replayed: the log behind the snapshot. */
  readonly pendingFrames: number;
  readonly pendingBytes: number;
}

export interface LastFrame {
  /** Where it starts. */
  readonly before: LogPosition;
  readonly kind: number;
  readonly payload: Uint8Array;
}

/** Each retry means that a compaction finished meanwhile; so many of them do not fit into one read. */
const readAttempts = 64;

/**
 * Undefined when no store was born in this directory, or its birth is still going on.
 *
 * @param readStatus looks at the status page; undefined where it is missing, of another boot or of another segment: then everything that verifies counts
 * @throws BzError CORRUPT with file and offset when acknowledged data is damaged
 * @throws StoreMoved when parts stay missing
 */
export function loadLog(store: Directory, readStatus: () => StatusPage | undefined): LoadedLog | undefined {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return tryLoad(store, readStatus);
    } catch (error) {
      if (!(error instanceof StoreMoved) || attempt === readAttempts) throw error;
    }
  }
}

/**
 * The same log with the frames confirmed since then; undefined when a rotation came between, then load again.
 * Only for a caller that holds the lock.
 */
export function catchUp(loaded: LoadedLog, store: Directory, status: StatusPage): LoadedLog | undefined {
  const { position, snapshot } = loaded;
  // What was read without a page may be a frame that was never confirmed and that another one has replaced since, at the same offset.
  const isConfirmed =
    loaded.status?.generation === position.generation && loaded.status.inode === status.inode;
  if (!isConfirmed || !sameBytes(status.storeId, snapshot.header.storeId)) return undefined;
  if (status.generation !== position.generation || status.confirmedOffset < position.offset) return undefined;
  if (status.confirmedOffset === position.offset) return { ...loaded, status };
  const segment = openSegment(store, position.generation, snapshot.header.storeId);
  if (segment === undefined) return undefined;
  try {
    return { ...advance(loaded, readConfirmed(segment, position, status)), status };
  } finally {
    segment.file.close();
  }
}

function tryLoad(store: Directory, readStatus: () => StatusPage | undefined): LoadedLog | undefined {
  const page = readStatus();
  const snapshot = openCheckpoint(store);
  if (snapshot === undefined) {
    refuseLogWithoutSnapshot(store);
    return undefined;
  }
  try {
    const status = ofStore(page, snapshot);
    const promised = status === undefined ? readPromise(store, snapshot.header.storeId) : undefined;
    const loaded = walkChain(store, snapshot, status);
    if (!isPublished(store, snapshot)) throw new StoreMoved("the snapshot was replaced while it was read");
    // Without a page nothing was cut off. If there is one now, a writer began meanwhile, and the last frame may be its unconfirmed one.
    if (status === undefined && ofStore(readStatus(), snapshot) !== undefined)
      throw new StoreMoved("a writer began while the log was read");
    if (promised !== undefined && !keeps(loaded.position, promised))
      throw brokenPromise(store, loaded, promised);
    return loaded;
  } catch (error) {
    snapshot.close();
    throw error;
  }
}

/** A page that was left by an earlier store in this place says nothing of this one. */
function ofStore(page: StatusPage | undefined, { header }: Checkpoint): StatusPage | undefined {
  return page !== undefined && sameBytes(page.storeId, header.storeId) ? page : undefined;
}

function walkChain(store: Directory, snapshot: Checkpoint, status: StatusPage | undefined): LoadedLog {
  const { header } = snapshot;
  let loaded: LoadedLog = {
    snapshot,
    state: new State(snapshot),
    unread: new UnreadLog(),
    position: {
      generation: header.nextGeneration,
      offset: segmentHeaderLength,
      sequence: header.lastSequence,
      checksum: header.lastChecksum,
    },
    status,
    head: undefined,
    lastFrame: undefined,
    pendingFrames: 0,
    pendingBytes: 0,
  };
  for (;;) {
    const { generation } = loaded.position;
    // A segment above the confirmed one is not confirmed yet: its writer has not been told that it is durable.
    if (status !== undefined && generation > status.generation) return loaded;
    const segment = openSegment(store, generation, header.storeId);
    if (segment === undefined) throw new StoreMoved(`${segmentName(generation)} is missing`);
    try {
      checkLinked(segment, loaded.position);
      if (status?.generation === generation)
        return advance(loaded, readConfirmed(segment, loaded.position, status));
      const successor = successorOf(store, generation, header.storeId);
      const base = successor?.header;
      if (base === undefined) refuseSegmentsBeyond(store, generation, status);
      // A repair makes its first segment before the snapshot that leads to it: until then, and where it died, this one is the last.
      const isBirth = successor?.isEmpty === true && isRestart(successor.header, segment.header);
      if (base === undefined || (isBirth && status === undefined))
        return advance(loaded, readOpenEnd(segment, loaded.position));
      loaded = advance(loaded, readSealed(segment, loaded.position, base));
      const { sequence, checksum } = loaded.position;
      loaded = {
        ...loaded,
        head: undefined,
        lastFrame: undefined,
        position: { generation: generation + 1, offset: segmentHeaderLength, sequence, checksum },
      };
    } finally {
      segment.file.close();
    }
  }
}

export interface Segment {
  readonly file: OpenFile;
  readonly header: SegmentHeader;
}

/** The segment of that generation, undefined when absent; throws as `readSegmentHeader` does. */
export function openSegment(store: Directory, generation: number, storeId: Uint8Array): Segment | undefined {
  const file = store.open(segmentName(generation), "read");
  if (file === undefined) return undefined;
  try {
    return { file, header: readSegmentHeader(file, generation, storeId) };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** @throws BzError CORRUPT when the header does not verify or names another store, UNSUPPORTED when a newer bz wrote it */
export function readSegmentHeader(file: OpenFile, generation: number, storeId: Uint8Array): SegmentHeader {
  const header = decodeSegmentHeader(file.read(0, segmentHeaderLength));
  if (header === "newer") throw writtenByNewer(file.path);
  if (header === undefined || header.generation !== generation || !sameBytes(header.storeId, storeId)) {
    const what =
      header === undefined ? "its header does not verify" : "it belongs to another store or generation";
    throw corrupt(`${file.path} is damaged: ${what}.`, { file: file.path, offset: 0 });
  }
  return header;
}

function checkLinked(segment: Segment, position: LogPosition): void {
  const { baseSequence, baseChecksum } = segment.header;
  if (baseSequence === position.sequence && baseChecksum === position.checksum) return;
  throw corrupt(
    `${segment.file.path} does not continue the log: it starts after sequence ${baseSequence}, but the log before it ends at ${position.sequence}.`,
    { file: segment.file.path, sequence: position.sequence },
  );
}

/** Where a store begins, or begins again after a repair. A segment that follows one without any frame links to the same nothing and continues it. */
export function isRestart(header: SegmentHeader, before: SegmentHeader | undefined): boolean {
  if (header.baseChecksum !== birthChecksum) return false;
  return before?.baseChecksum !== birthChecksum || before.baseSequence !== header.baseSequence;
}

/** Frames up to the confirmed offset, all of which must verify. */
function readConfirmed(segment: Segment, from: LogPosition, status: StatusPage): FrameWalk {
  const bytes = segment.file.read(from.offset, Math.max(0, status.confirmedOffset - from.offset));
  const { salt } = segment.header;
  const walk =
    (status.prefix && walkFromPrefix(bytes, salt, from, status.prefix)) ??
    walkFrames(bytes, from.offset, salt, from);
  if (walk.end.offset !== status.confirmedOffset || walk.end.sequence !== status.confirmedSequence)
    throw damagedFrame(
      segment,
      walk,
      `acknowledged up to sequence ${status.confirmedSequence} at offset ${status.confirmedOffset}`,
    );
  return walk;
}

/** A sealed segment counts up to the base of its successor; what lies behind that was never acknowledged. */
function readSealed(segment: Segment, from: LogPosition, base: SegmentHeader): FrameWalk {
  const bytes = segment.file.read(from.offset, segment.file.status().size - from.offset);
  const walk = walkFrames(bytes, from.offset, segment.header.salt, from, base.baseSequence);
  if (walk.end.sequence !== base.baseSequence || walk.end.checksum !== base.baseChecksum)
    throw damagedFrame(segment, walk, `sealed at sequence ${base.baseSequence}`);
  return walk;
}

/** The last segment where no status page tells what is confirmed: one torn frame at its very end is an unacknowledged tail, anything else is damage. */
function readOpenEnd(segment: Segment, from: LogPosition): FrameWalk {
  const { salt } = segment.header;
  const bytes = segment.file.read(from.offset, segment.file.status().size - from.offset);
  const walk = walkFrames(bytes, from.offset, salt, from);
  if (walk.hasRest && hasFrameBeyond(bytes, walk.end.offset - from.offset, salt))
    throw damagedFrame(segment, walk, "followed by frames that verify");
  return walk;
}

function successorOf(
  store: Directory,
  generation: number,
  storeId: Uint8Array,
): { readonly header: SegmentHeader; readonly isEmpty: boolean } | undefined {
  const successor = openSegment(store, generation + 1, storeId);
  if (successor === undefined) return undefined;
  const { file, header } = successor;
  try {
    return { header, isEmpty: file.status().size <= segmentHeaderLength };
  } finally {
    file.close();
  }
}

function advance(loaded: LoadedLog, walk: FrameWalk): LoadedLog {
  const { last } = walk;
  if (last === undefined) return { ...loaded, position: walk.end };
  const { before, frame } = last;
  const unread = loaded.unread.and(walk);
  return {
    ...loaded,
    state: new State(loaded.snapshot, unread),
    unread,
    position: walk.end,
    head: walk.from.offset === segmentHeaderLength ? walk : loaded.head,
    lastFrame: { before, kind: frame.kind, payload: frame.payload },
    pendingFrames: loaded.pendingFrames + walk.length,
    pendingBytes: loaded.pendingBytes + walk.end.offset - walk.from.offset,
  };
}

/**
 * The log ends here, although more of it is confirmed or lies behind a gap: what a removal of the store leaves when it stops half way. To write now would
 * fill the gap with something else.
 */
function refuseSegmentsBeyond(store: Directory, generation: number, status: StatusPage | undefined): void {
  if (status !== undefined) throw new StoreMoved(`${segmentName(generation + 1)} is missing`);
  const beyond = generationsIn(store.list()).find((each) => each > generation);
  if (beyond !== undefined)
    throw new StoreMoved(`${segmentName(generation + 1)} is missing, but ${segmentName(beyond)} is there`);
}

function damagedFrame(segment: Segment, walk: FrameWalk, why: string): BzError {
  const { offset, sequence } = walk.end;
  return corrupt(
    `${segment.file.path} is damaged: the frame at offset ${offset} (sequence ${sequence + 1}) does not verify, but the segment is ${why}.`,
    { file: segment.file.path, offset, sequence: sequence + 1 },
  );
}

/** Behind a missing segment the one before it ends the log, with a frame perhaps that was never acknowledged: the sequence alone does not tell. */
function keeps({ generation, sequence }: LogPosition, promised: Promised): boolean {
  return sequence >= promised.sequence && generation >= promised.generation;
}

/** Every frame that is there may verify: then the end of the log was cut off, or its last segment was. */
function brokenPromise(store: Directory, { position }: LoadedLog, promised: Promised): BzError {
  const { generation, offset, sequence } = position;
  const isThere = store.status(segmentName(promised.generation)) !== undefined;
  const file = `${store.path}/${segmentName(isThere ? generation : promised.generation)}`;
  const what = isThere
    ? `is damaged: it can be read up to offset ${offset} (sequence ${sequence})`
    : `is missing behind ${segmentName(generation)} (sequence ${sequence})`;
  return corrupt(`${file} ${what}, but everything up to sequence ${promised.sequence} was acknowledged.`, {
    file,
    ...(isThere ? { offset } : {}),
    sequence: sequence + 1,
  });
}

/** Without a snapshot only the empty first segment of a birth in progress may be there. */
function refuseLogWithoutSnapshot(store: Directory): void {
  const history = store.openDirectory(historyDirectoryName);
  const sealed = generationsIn(history?.list() ?? []);
  history?.close();
  const generations = generationsIn(store.list());
  const isBirth = generations.every(
    (each) => each === 1 && (store.status(segmentName(1))?.size ?? 0) <= segmentHeaderLength,
  );
  if (isBirth && sealed.length === 0) return;
  throw new StoreMoved(`${store.path} holds a log but no snapshot`);
}
