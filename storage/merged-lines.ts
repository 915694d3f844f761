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
export function mergedLines({ snapshot, state }: Omit<Loaded, "position">): Generator<SnapshotLine> {
  return linesOver(snapshot, state);
}

/** The same of those alone that have changed since the base. */
export function changedLines({ snapshot, state }: Omit<Loaded, "position">): Generator<SnapshotLine> {
  return linesOver(snapshot.delta ?? nothing, state);
}

type Lines = Pick<Checkpoint, "places" | "readAhead">;

const mostKept = 4000;

const nothing: Lines = { places: () => [], readAhead: () => {} };

function* linesOver(lines: Lines, state: State): Generator<SnapshotLine> {
  const changed = sortByBytes([...state.changedIds()]);
  let next = 0;
  // The state keeps what it parses, and whoever is to know the heads of a few changes asks for it again. All of an import would take up much room.
  const issueOf = (id: string, line: string): Issue | undefined =>
    changed.length <= mostKept ? state.issue(id) : parseIssue(line);
  const lineOf = (id: string): SnapshotLine =>
    new ChangedLine(id, state.line(id) ?? "", state.version(id), issueOf);
  lines.readAhead();
  for (const { snapshot, ordinal, entry } of lines.places()) {
    for (let id = changed[next]; id !== undefined && compareIds(id, entry.id) < 0; id = changed[++next])
      yield lineOf(id);
    if (changed[next] === entry.id) {
      yield lineOf(entry.id);
      next += 1;
    } else {
      const { id, version, checksum } = entry;
      yield { id, bytes: snapshot.lineBytes(entry), version, checksum, kept: { snapshot, ordinal } };
    }
  }
  for (const id of changed.slice(next)) yield lineOf(id);
}

class ChangedLine implements SnapshotLine {
  readonly #issueOf: (id: string, line: string) => Issue | undefined;

  constructor(
    readonly id: string,
    readonly text: string,
    readonly version: number,
    issueOf: (id: string, line: string) => Issue | undefined,
  ) {
    this.#issueOf = issueOf;
  }

  get bytes(): Uint8Array {
    return encoder.encode(this.text);
  }

  issue(): Issue | undefined {
    return this.#issueOf(this.id, this.text);
  }
}

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
