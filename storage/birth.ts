import type { Issue } from "../model/issue";
import { nextHeads } from "../model/next-heads";
import type { State } from "../model/state";
import { encoder } from "../native/utf8";
import { appendAll } from "./buffered-file";
import { forgetFaces } from "./face-signing";
import type { Directory, OpenFile } from "./file-system";
import type { LockEnvironment, WriterLock } from "./lock";
import { deltaName, historyDirectoryName, segmentName, snapshotName, temporaryName } from "./paths";
import { readableHeads, sectionBuilders } from "./section-builders";
import { type SnapshotLine, writeSnapshot } from "./snapshot-writer";
import { clearStatusPage, type StatusPage, writeStatusPage } from "./status-page";
import { birthChecksum, encodeSegmentHeader, segmentHeaderLength } from "./wal-format";

/** Says nothing in here is git's. With it `git stash -u` and `git clean -fd` spare the store even on a branch that never saw bz. */
const storeGitignore = "*\n";

/**
 * Makes a store under the writers' lock: first segment, then snapshot, each by temporary, sync, rename, directory sync. The snapshot comes last, since
 * its presence is what makes a store; a process that dies before leaves an empty first segment, which the next birth replaces. Every birth draws a
 * new store id, so that nobody who knew an earlier store in this place can take the new one for it.
 *
 * @param origin what to begin with; a rebuilt store names itself, the first generation and the last sequence, which must be above all
 * it ever had
 * @returns the store id
 */
export function giveBirth(
  beads: Directory,
  store: Directory,
  lock: WriterLock,
  bootId: Uint8Array,
  origin: {
    prefix: string;
    state: State;
    storeId?: Uint8Array;
    generation?: number;
    sequence?: number;
  },
): Uint8Array {
  const { clocks, randomBytes } = lock.environment;
  const { prefix, state, storeId = randomBytes(16), generation = 1, sequence = 0 } = origin;
  // What cannot be worked out is found before a page or a snapshot is touched.
  for (const id of state.ids()) state.line(id);
  const heads = readableHeads(() => nextHeads(state, clocks.wallMs()));
  const builders = sectionBuilders(() => heads);
  // The page of an earlier store in this place must not be believed if we die before ours is written. That of a store that is rebuilt stays until the snapshot does: nothing else
  // says what was acknowledged, and whoever dies before that must not have the next one take a cut log for a whole one.
  if (origin.storeId === undefined) clearStatusPage(lock.file);
  writeStoreGitignore(store);
  // A rebuilt store may lack what it had taken in from a face.
  forgetFaces(store);
  store.makeDirectory(historyDirectoryName, 0o700);

  const segment = makeSegment(store, lock.environment, storeId, generation, sequence);
  // Before the snapshot: whoever finds one commits behind it at once, and must not have to ask whether `store/` itself is durable.
  beads.sync();

  const temporarySnapshot = temporaryName(snapshotName, lock.environment);
  const snapshot = store.create(temporarySnapshot, 0o600);
  writeSnapshot(
    snapshot,
    { storeId, nextGeneration: generation, lastSequence: sequence, lastChecksum: birthChecksum, prefix },
    linesOf(state),
    state.records(),
    builders,
  );
  store.rename(temporarySnapshot, snapshotName);
  store.sync();
  snapshot.close();
  // It lay over what this snapshot has replaced, or over nothing that is left.
  store.remove(deltaName);

  const made = segment.status();
  const { device, inode } = made;
  const status: StatusPage = {
    bootId,
    storeId,
    device,
    inode,
    generation,
    confirmedOffset: segmentHeaderLength,
    confirmedSequence: sequence,
    sealed: false,
    unproven: false,
    prefix: undefined,
    mount: made.mount,
  };
  writeStatusPage(lock.file, status);
  segment.close();
  return storeId;
}

function makeSegment(
  store: Directory,
  environment: LockEnvironment,
  storeId: Uint8Array,
  generation: number,
  baseSequence: number,
): OpenFile {
  const header = encodeSegmentHeader({
    storeId,
    generation,
    salt: environment.randomBytes(16),
    baseSequence,
    baseChecksum: birthChecksum,
  });
  const temporary = temporaryName("wal", environment);
  const segment = store.create(temporary, 0o600);
  appendAll(segment, header);
  segment.sync();
  store.rename(temporary, segmentName(generation));
  store.sync();
  return segment;
}

/** Written when it is missing; repair does so as well. */
export function writeStoreGitignore(store: Directory): void {
  const file = store.openOrCreate(".gitignore", 0o600);
  // Over whatever a power cut may have left of an earlier one.
  file.writeAt(0, encoder.encode(storeGitignore));
  file.sync();
  file.close();
}

function* linesOf(state: State): Generator<SnapshotLine> {
  for (const id of state.ids()) {
    // Parsed for the heads already.
    const issue = (): Issue | undefined => state.issue(id);
    yield { id, bytes: encoder.encode(state.line(id)), version: state.version(id), issue };
  }
}
