import type { Directory, FileInode } from "./disk.ts";
import {
  contentAfter,
  type Delta,
  generationOf,
  provenSequence,
  type Snapshot,
  type StatusPage,
  segmentName,
  type Version,
} from "./records.ts";
import type { World } from "./world.ts";

export interface State {
  readonly outcome: "state";
  readonly storeId: number;
  readonly sequence: number;
  readonly sum: number;
  readonly version: Version;
  readonly content: number;
  readonly generation: number;
  /** Blocks of `segment` that belong to the state, its header included. */
  readonly count: number;
  readonly segment: FileInode;
  readonly snapshot: FileInode;
  /** What stood there as `snapshot.delta`, and whether it is of this snapshot. */
  readonly delta: FileInode | undefined;
  readonly isDeltaOfBase: boolean;
  /** It was walked without a page, and ends below what the page that stands there, of whatever boot, says was durable. */
  readonly isBelowPromise: boolean;
}

export type Walk =
  | State
  | { readonly outcome: "absent" }
  | {
      readonly outcome: "again";
      readonly why: string;
      readonly snapshot: FileInode | undefined;
      readonly delta: FileInode | undefined;
    }
  | { readonly outcome: "damage"; readonly why: string };

interface Position {
  sequence: number;
  sum: number;
  version: Version;
  content: number;
}

/** Snapshot, its delta, then every segment after them. With a status page the walk stops at what that page calls confirmed. */
export function* walk(
  world: World,
  directory: Directory,
  page: StatusPage | undefined,
): Generator<void, Walk> {
  const snapshot = directory.file("snapshot");
  yield;
  if (!snapshot) return yield* withoutSnapshot(directory);
  const base = snapshot.blocks[0];
  if (base?.kind !== "snapshot") return { outcome: "damage", why: "bad snapshot" };
  const delta = directory.file("snapshot.delta");
  yield;
  if (delta && delta.blocks[0]?.kind !== "delta") return { outcome: "damage", why: "bad delta" };
  const over = deltaOver(world, base, delta);
  const checkpoint = over ?? base;
  const cut = usable(world, page, checkpoint);
  const promised = cut ? undefined : promiseOf(world, directory, checkpoint);
  const position: Position = { ...checkpoint, content: (base.content ^ (over?.change ?? 0)) >>> 0 };
  const again = (why: string): Walk => ({ outcome: "again", why, snapshot, delta });
  for (let generation = checkpoint.nextGeneration; ; generation += 1) {
    const segment = directory.file(segmentName(generation));
    const lengthAtFirst = segment?.blocks.length ?? 0;
    yield;
    const header = segment?.header;
    if (!segment || !header) return again(`segment ${generation} missing`);
    if (header.storeId !== checkpoint.storeId && !world.skips("store id of a segment is checked")) {
      return again(`segment ${generation} of another store`);
    }
    if (header.baseSequence !== position.sequence && !world.skips("reader checks for gaps")) {
      return again(`gap before segment ${generation}`);
    }
    if (header.baseSum !== position.sum && !world.skips("base of a segment is compared by its sum")) {
      return again(`segment ${generation} follows another log`);
    }
    const next =
      cut && cut.generation <= generation ? undefined : directory.file(segmentName(generation + 1));
    yield;
    const successor = next?.header;
    if (next && !successor) return { outcome: "damage", why: `bad header in segment ${generation + 1}` };
    const sealed = successor !== undefined && successor.storeId === checkpoint.storeId;
    // The successor may have come after our first look, and frames before it: look at the whole segment again.
    const length =
      sealed && !world.skips("reader reads a sealed segment again") ? segment.blocks.length : lengthAtFirst;
    let count = segment.validLength(length);
    if (sealed) {
      const needed = 1 + successor.baseSequence - header.baseSequence;
      if (count < needed && !world.skips("reader checks for gaps")) {
        return again(`sealed segment ${generation} is short`);
      }
      count = Math.min(count, Math.max(needed, 1));
    }
    if (cut?.generation === generation) {
      if (count < cut.count) return again(`segment ${generation} ends below confirmed`);
      count = cut.count;
    } else if (cut && cut.generation < generation) count = 1;
    applyFrames(world, position, segment, 1, count);
    const last = !sealed || (cut !== undefined && cut.generation <= generation);
    const reaches = !cut || cut.generation <= generation;
    if (last && !reaches && !world.skips("a read reaches the confirmed segment")) {
      return again(`no segment after ${generation}`);
    }
    if (last && !cut && !world.skips("no segment stands behind the end of the log")) {
      const grown = directory.file(segmentName(generation + 1)) !== undefined;
      if (grown !== (next !== undefined))
        return { outcome: "again", why: "just rotated", snapshot: undefined, delta: undefined };
      if (highestGeneration(directory) > generation + 1) {
        return again(`segments are missing after ${generation}`);
      }
    }
    if (last) {
      if (position.content !== position.version.content) world.truth.violated("WRONG CONTENT");
      const { storeId } = checkpoint;
      const isBelowPromise = promised !== undefined && !keeps(world, promised, generation, position);
      return {
        outcome: "state",
        storeId,
        ...position,
        generation,
        count,
        segment,
        snapshot,
        delta,
        isDeltaOfBase: over !== undefined,
        isBelowPromise,
      };
    }
  }
}

function highestGeneration(directory: Directory): number {
  let highest = 0;
  for (const name of directory.entries.keys()) highest = Math.max(highest, generationOf(name) ?? 0);
  return highest;
}

/** The delta, if it is of this base. Where a crash came between the two files there may stand one of the base before it. */
function deltaOver(world: World, base: Snapshot, delta: FileInode | undefined): Delta | undefined {
  const block = delta?.blocks[0];
  if (block?.kind !== "delta") return undefined;
  const isOfBase =
    block.base === base.identity || world.skips("a delta counts only over the base that it names");
  return isOfBase ? block : undefined;
}

/** A page of another store says nothing about this one. */
function usable(
  world: World,
  page: StatusPage | undefined,
  checkpoint: Snapshot | Delta,
): StatusPage | undefined {
  if (world.skips("reads stop at confirmed")) return undefined;
  return page?.storeId === checkpoint.storeId ? page : undefined;
}

/** The page is written behind the sync, and so it is a lower bound of the log, also when an earlier boot wrote it. */
function promiseOf(
  world: World,
  directory: Directory,
  { storeId }: Snapshot | Delta,
): StatusPage | undefined {
  const page = directory.file("lock")?.page;
  if (world.skips("a log below what any page of its store says is refused")) return undefined;
  return page?.storeId === storeId ? page : undefined;
}

/** Without its last segment a log may still have as many frames: that one before it ends with frames that were never acknowledged. */
function keeps(world: World, promised: StatusPage, generation: number, { sequence }: Position): boolean {
  const least = world.skips("an unproven page promises one frame less")
    ? promised.sequence
    : provenSequence(promised);
  const isLast = generation >= promised.generation || world.skips("a page promises its segment, too");
  return sequence >= least && isLast;
}

function applyFrames(
  world: World,
  position: Position,
  segment: FileInode,
  from: number,
  count: number,
): void {
  for (let index = from; index < count; index += 1) {
    const frame = segment.frameAt(index);
    if (!frame) return;
    if (frame.sequence !== position.sequence + 1 && !world.skips("reader checks for gaps")) continue;
    position.version = world.apply(position.version, frame);
    position.content = contentAfter(position.content, frame.transaction, frame.restores);
    position.sequence = frame.sequence;
    position.sum = frame.sum;
  }
}

/** Takes in what was confirmed since the state was read, without walking from the snapshot again. */
export function caughtUp(world: World, state: State, segment: FileInode, count: number): State {
  const position: Position = { ...state };
  applyFrames(world, position, segment, state.count, count);
  return { ...state, ...position, count, segment };
}

export function isOfThisBoot(world: World, page: StatusPage | undefined): page is StatusPage {
  if (!page) return false;
  return page.bootId === world.bootId || world.skips("a page of another boot is not believed");
}

/** No snapshot: no store, or a birth in progress, or something that only `doctor` may touch. */
function* withoutSnapshot(directory: Directory): Generator<void, Walk> {
  const remains = [...directory.entries.keys()].some((name) => isMoreThanABirth(directory, name));
  yield;
  if (directory.file("snapshot"))
    return { outcome: "again", why: "just born", snapshot: undefined, delta: undefined };
  return remains ? { outcome: "damage", why: "segments without a snapshot" } : { outcome: "absent" };
}

function isMoreThanABirth(directory: Directory, name: string): boolean {
  const generation = generationOf(name);
  if (generation === undefined) return false;
  return generation > 1 || (directory.file(name)?.blocks.length ?? 0) > 1;
}

export function finish<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

export type Reading =
  | {
      readonly outcome: "state";
      readonly state: State;
      readonly durable: boolean;
      /** Under which it was read, where that stopped the read. */
      readonly page: StatusPage | undefined;
    }
  | { readonly outcome: "absent" }
  | { readonly outcome: "stuck"; readonly why: string };

/** The lock-free read: it never waits, and starts over when a compaction or a birth finished meanwhile. */
export function* read(world: World, directory: Directory): Generator<void, Reading> {
  let why = "";
  let sameSnapshot = 0;
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const before = directory.file("lock")?.page;
    yield;
    const ofThisBoot = isOfThisBoot(world, before);
    const result = yield* walk(world, directory, ofThisBoot ? before : undefined);
    if (result.outcome === "absent") return result;
    if (result.outcome === "damage") return { outcome: "stuck", why: result.why };
    const moved = directory.file("snapshot") !== result.snapshot;
    yield;
    const deltaMoved = directory.file("snapshot.delta") !== result.delta;
    yield;
    if (result.outcome === "again") {
      why = result.why;
      // The same snapshot twice, and still a piece is missing: that is damage, not a compaction passing by.
      sameSnapshot = moved || deltaMoved ? 0 : sameSnapshot + 1;
      if (sameSnapshot >= 3) break;
      continue;
    }
    if (moved && !world.skips("reader looks at the snapshot again")) continue;
    if (deltaMoved && !world.skips("reader looks at the delta again")) continue;
    const cut = ofThisBoot && before?.storeId === result.storeId;
    const after = directory.file("lock")?.page;
    yield;
    // Without a usable page nothing stops the read at what is confirmed, so nobody may have begun to write meanwhile.
    if (!cut && after !== before && !world.skips("reader looks at the status page again")) continue;
    if (result.isBelowPromise) return { outcome: "stuck", why: "the log ends below what was confirmed" };
    // An unproven page shows a frame that may belong to a failed sync: after a lost page readers are promised less, until it was written again.
    const durable = (cut && !before.unproven) || (before !== undefined && !ofThisBoot);
    return { outcome: "state", state: result, durable, page: cut ? before : undefined };
  }
  return { outcome: "stuck", why };
}
