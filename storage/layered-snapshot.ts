import type { Link } from "../model/dependency";
import type { Heads } from "../model/heads";
import type { Issue } from "../model/issue";
import type { IssueFacts } from "../model/issue-facts";
import { compareIds } from "../model/issue-id";
import type { StoredRecord } from "../model/record";
import type { Checkpoint } from "./checkpoint";
import type { LinePlace, Snapshot } from "./snapshot";
import type { LeafEntry } from "./snapshot-format";
import type { SnapshotOrigin } from "./snapshot-writer";

/** A delta over its base, read as if they were one: an issue is what the delta says, or else what the base says. */
export class LayeredSnapshot implements Checkpoint {
  readonly header: SnapshotOrigin;
  readonly count: number;

  constructor(
    readonly base: Snapshot,
    readonly delta: Snapshot,
  ) {
    this.header = { ...delta.header, prefix: base.header.prefix };
    this.count = delta.header.over?.count ?? 0;
  }

  get size(): number {
    return this.base.size + this.delta.size;
  }

  has(id: string): boolean {
    return this.entryOf(id) !== undefined;
  }

  line(id: string): string | undefined {
    return this.#levelOf(id).line(id);
  }

  version(id: string): number {
    return this.#levelOf(id).version(id);
  }

  entryOf(id: string): LeafEntry | undefined {
    return this.delta.entryOf(id) ?? this.base.entryOf(id);
  }

  lineBytes(entry: LeafEntry): Uint8Array {
    return this.#levelOf(entry.id).lineBytes(entry);
  }

  *ids(): Generator<string> {
    for (const entry of this.entries()) yield entry.id;
  }

  *entries(): Generator<LeafEntry> {
    for (const { entry } of this.places()) yield entry;
  }

  places(): Generator<LinePlace> {
    return overlaid(this.base.places(), this.delta.places(), ({ entry }) => entry.id);
  }

  idsMentioning(id: string, link?: Link): readonly string[] {
    const changed = this.delta.idsMentioning(id, link);
    const found = this.base.idsMentioning(id, link);
    return found.length === 0 ? changed : [...changed, ...this.#notReplaced(found)];
  }

  unknownAmong(ids: readonly string[]): readonly string[] {
    return this.base.unknownAmong(this.delta.unknownAmong(ids));
  }

  /** A delta has few lines, and most often no index of words: then each of them may be found. */
  idsWithWords(pieces: readonly Uint8Array[]): string[] | undefined {
    const found = this.base.idsWithWords(pieces);
    if (found === undefined) return undefined;
    return [...(this.delta.idsWithWords(pieces) ?? this.delta.ids()), ...this.#notReplaced(found)];
  }

  allFacts(issueOf: (id: string) => Issue | undefined): readonly IssueFacts[] {
    return [...overlaid(this.base.allFacts(issueOf), this.delta.allFacts(issueOf), ({ id }) => id)];
  }

  /** The orders in a delta are those of all issues. */
  heads(): Heads | undefined {
    return this.delta.heads();
  }

  /** A delta holds all of them: they are few, and one that was removed leaves nothing to be overlaid with. */
  records(): readonly StoredRecord[] {
    return this.delta.records();
  }

  readAhead(): void {
    this.base.readAhead();
    this.delta.readAhead();
  }

  serveAnswer(saved: string): void {
    this.base.serveAnswer(saved);
    this.delta.serveAnswer(saved);
  }

  close(): void {
    this.base.close();
    this.delta.close();
  }

  *#notReplaced(ids: Iterable<string>): Generator<string> {
    for (const id of ids) if (!this.delta.has(id)) yield id;
  }

  #levelOf(id: string): Snapshot {
    return this.delta.has(id) ? this.delta : this.base;
  }
}

/** Both in the order of the ids; where they have one in common, that of the delta. */
function* overlaid<T>(base: Iterable<T>, delta: Iterable<T>, idOf: (each: T) => string): Generator<T> {
  const changes = delta[Symbol.iterator]();
  let change = changes.next();
  for (const each of base) {
    const id = idOf(each);
    for (; !change.done && compareIds(idOf(change.value), id) < 0; change = changes.next())
      yield change.value;
    if (change.done || idOf(change.value) !== id) yield each;
    else {
      yield change.value;
      change = changes.next();
    }
  }
  for (; !change.done; change = changes.next()) yield change.value;
}
