import { type Entry, lineFacts } from "../model/entry";
import type { Issue } from "../model/issue";
import { compareIds } from "../model/issue-id";
import { parseIssue } from "../model/issue-json";
import { sortByBytes } from "../model/sort-by-bytes";
import type { State } from "../model/state";
import { encoder } from "../native/utf8";
import type { Checkpoint } from "./checkpoint";
import type { LoadedLog } from "./log";
import type { SnapshotLine, SnapshotOrigin } from "./snapshot-writer";

type Loaded = Pick<LoadedLog, "snapshot" | "state" | "position">;

/** All issues in the order of their ids: lines of the snapshot as bytes, except those that the log touched. */
export function mergedLines({ snapshot, state }: Omit<Loaded, "position">): Iterable<SnapshotLine> {
  return linesOver(snapshot, changedEntriesIn(state));
}

/** The same of those alone that have changed since the base. */
export function changedLines({ snapshot, state }: Omit<Loaded, "position">): Iterable<SnapshotLine> {
  const changed = changedEntriesIn(state);
  return snapshot.delta === undefined ? changed.lines() : linesOver(snapshot.delta, changed);
}

function changedEntriesIn(state: State): ChangedEntries {
  return new ChangedEntries(state.settled(sortByBytes([...state.changedIds()])));
}

/** Each line is made when its turn has come: of an import nobody holds all of them. */
function* linesOver(
  lines: Pick<Checkpoint, "places" | "readAhead">,
  changed: ChangedEntries,
): Generator<SnapshotLine> {
  const { list } = changed;
  const isBefore = orderOf(list);
  let next = 0;
  lines.readAhead();
  for (const { snapshot, ordinal, entry } of lines.places()) {
    let own = list[next];
    for (; own !== undefined && isBefore(own.id, entry.id); own = list[++next])
      yield new ChangedLine(own, changed);
    if (own?.id === entry.id) {
      yield new ChangedLine(own, changed);
      next += 1;
    } else {
      const { id, version, checksum } = entry;
      yield { id, bytes: snapshot.lineBytes(entry), version, checksum, kept: { snapshot, ordinal } };
    }
  }
  for (let own = list[next]; own !== undefined; own = list[++next]) yield new ChangedLine(own, changed);
}

/** The engine's own order takes a tenth of the time. It is that of the bytes where one of the two has nothing that comes behind half a character. */
function orderOf(changed: readonly Entry[]): (own: string, other: string) => boolean {
  let ids = "";
  for (const { id } of changed) ids += id;
  return /[\ud800-\uffff]/.test(ids)
    ? (own, other) => compareIds(own, other) < 0
    : (own, other) => own < other;
}

class ChangedLine implements SnapshotLine {
  readonly id: string;
  readonly text: string;
  readonly version: number;
  readonly #entry: Entry;
  readonly #all: ChangedEntries;

  constructor(entry: Entry, all: ChangedEntries) {
    this.id = entry.id;
    this.text = entry.line ?? "";
    this.version = entry.version;
    this.#entry = entry;
    this.#all = all;
  }

  get bytes(): Uint8Array {
    return encoder.encode(this.text);
  }

  issue(): Issue {
    if (this.#entry.issue === undefined) this.#all.read();
    return this.#entry.issue ?? parseIssue(this.text);
  }
}

/** Who asks for one issue of a few asks for all of them, and parsed at once they take half the time. They are kept, as whoever is to know the heads asks again. All of an import would take up much room. */
class ChangedEntries {
  #isRead: boolean;

  constructor(readonly list: readonly Entry[]) {
    this.#isRead = list.length > mostKept;
  }

  lines(): ChangedLine[] {
    const lines: ChangedLine[] = [];
    for (const entry of this.list) lines.push(new ChangedLine(entry, this));
    return lines;
  }

  read(): void {
    if (this.#isRead) return;
    this.#isRead = true;
    lineFacts().readIssues(this.list);
  }
}

const mostKept = 4000;

/** What a snapshot with all of the log in it says of itself: behind it the log goes on. */
export function originOf({ snapshot, position }: Omit<Loaded, "state">): SnapshotOrigin {
  const { storeId, prefix } = snapshot.header;
  return {
    storeId,
    prefix,
    nextGeneration: position.generation,
    lastSequence: position.sequence,
    lastChecksum: position.checksum,
  };
}

/** The same of a delta. */
export function originOfDelta(loaded: Loaded): SnapshotOrigin {
  const { snapshot, state } = loaded;
  return { ...originOf(loaded), prefix: "", over: { base: snapshot.base.identity, count: state.count } };
}
