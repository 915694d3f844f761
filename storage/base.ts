import { BzError } from "../model/errors";
import { encoder } from "../native/utf8";
import { appendAll } from "./buffered-file";
import { sameBytes } from "./byte-layout";
import type { Directory, OpenFile } from "./file-system";
import { isBase, openQuietly } from "./kept-base";
import { baseGenerationsIn, baseName, historyDirectoryName, snapshotName, temporaryName } from "./paths";
import type { StoreSession } from "./session";
import { openSnapshot, type Snapshot } from "./snapshot";
import { encodeSnapshotHeader } from "./snapshot-encoding";
import { verifySnapshot } from "./snapshot-verification";
import { type SnapshotLine, writeSnapshot } from "./snapshot-writer";
import { StoreMoved } from "./store-moved";

/**
 * Keeps the published snapshot in `history/`, if it is a base, for good: when this returns, the one in `store/` may be replaced. It is the same file there, as
 * nobody ever changes one; a copy where it cannot have a second name. Can be repeated after a crash, and needs no lock but that of compactions.
 */
export function keepBase(session: StoreSession, published: Snapshot): void {
  if (!isBase(published)) return;
  const { store } = session;
  if (store.makeDirectory(historyDirectoryName, 0o700)) store.sync();
  const history = store.openDirectory(historyDirectoryName);
  if (history === undefined) throw new StoreMoved("the history was removed");
  try {
    const name = baseName(published.header.nextGeneration);
    if (!isKept(history, name, published)) {
      const isLinked = publishLink(history, name, session, published);
      if (!isLinked) publish(history, name, session, copyOf(published));
    }
    // Also when it was there: whoever put it there may have died before its name was durable.
    history.sync();
  } finally {
    history.close();
  }
}

/**
 * What is wrong with a kept base; undefined when it is whole and the base of this store that its name says.
 * @param storeId undefined where nothing says any more which store this is: then none is known to be its own
 */
export function baseProblem(
  history: Directory,
  name: string,
  storeId: Uint8Array | undefined,
): string | undefined {
  let base: Snapshot | undefined;
  try {
    base = openSnapshot(history, name);
    if (base === undefined) return undefined;
    verifySnapshot(base);
    const isNamed = name === baseName(base.header.nextGeneration);
    if (isNamed && isBase(base) && storeId !== undefined && sameBytes(base.header.storeId, storeId))
      return undefined;
    return `${base.file.path} is not what its name says: it belongs to another store or another place in the log.`;
  } catch (error) {
    if (error instanceof BzError && error.code === "CORRUPT") return error.message;
    throw error;
  } finally {
    base?.close();
  }
}

function isKept(history: Directory, name: string, { header }: Snapshot): boolean {
  const kept = openQuietly(history, name);
  kept?.close();
  return kept !== undefined && sameBytes(encodeSnapshotHeader(kept.header), encodeSnapshotHeader(header));
}

/**
 * Gives the kept bases other lines in the place of those of these issues, each file replaced as a whole. Returns the paths of bases that do not verify: what
 * they hold cannot be told.
 */
export function replaceLines(session: StoreSession, lines: ReadonlyMap<string, string>): string[] {
  const unreadable: string[] = [];
  const history = session.store.openDirectory(historyDirectoryName);
  if (history === undefined) return unreadable;
  try {
    for (const generation of baseGenerationsIn(history.list())) {
      const name = baseName(generation);
      const kept = openQuietly(history, name);
      if (kept === undefined) unreadable.push(`${history.path}/${name}`);
      else if (!rewrite(history, name, session, kept, lines)) unreadable.push(kept.file.path);
      kept?.close();
    }
    history.sync();
    return unreadable;
  } finally {
    history.close();
  }
}

/** False when it does not verify. */
function rewrite(
  history: Directory,
  name: string,
  session: StoreSession,
  kept: Snapshot,
  lines: ReadonlyMap<string, string>,
): boolean {
  const linesOf = function* (): Generator<SnapshotLine> {
    let ordinal = -1;
    for (const entry of kept.entries()) {
      ordinal += 1;
      const { id, version, checksum } = entry;
      const bytes = kept.lineBytes(entry);
      const other = lines.get(id);
      yield other === undefined
        ? { id, version, bytes, checksum, kept: { snapshot: kept, ordinal } }
        : { id, version, bytes: encoder.encode(other) };
    }
  };
  try {
    if (![...lines].some(([id, line]) => kept.has(id) && kept.line(id) !== line)) return true;
    publish(history, name, session, (file) => writeSnapshot(file, kept.header, linesOf(), kept.records()));
    return true;
  } catch (error) {
    if (error instanceof BzError && error.code === "CORRUPT") return false;
    throw error;
  }
}

/** False where there can be no second name, or the first is no longer that of this file. */
function publishLink(
  history: Directory,
  name: string,
  session: StoreSession,
  { status: { inode, device } }: Snapshot,
): boolean {
  const { store, environment } = session;
  const temporary = temporaryName(name, environment);
  try {
    if (!store.link(snapshotName, temporary, history)) return false;
    const linked = history.status(temporary);
    if (linked?.inode !== inode || linked.device !== device) return false;
    refuseMoved(session);
    history.rename(temporary, name);
    return true;
  } finally {
    history.remove(temporary);
  }
}

/** A store that was born here meanwhile has a base of the same name. */
function refuseMoved({ lock }: StoreSession): void {
  if (!lock.isPublished()) throw new StoreMoved("the store was removed");
}

/** Writes a file whose name in `history/` stands for a whole base or for none. */
function publish(
  history: Directory,
  name: string,
  session: StoreSession,
  write: (file: OpenFile) => void,
): void {
  const temporary = temporaryName(name, session.environment);
  const file = history.create(temporary, 0o600);
  try {
    write(file);
    file.sync();
    refuseMoved(session);
    history.rename(temporary, name);
  } finally {
    file.close();
    history.remove(temporary);
  }
}

function copyOf({ file: source, status: { size } }: Snapshot): (file: OpenFile) => void {
  return (file) => {
    for (let offset = 0; offset < size; offset += copyLength)
      appendAll(file, source.read(offset, Math.min(copyLength, size - offset)));
  };
}

const copyLength = 1 << 20;
