import { changeLineInTurn } from "./change-line";
import { BzError } from "./errors";
import type { Heads } from "./heads";
import type { Issue } from "./issue";
import { compareIds } from "./issue-id";
import { parseIssue, purgedLine } from "./issue-json";
import type { ChangeIssue, Operation } from "./operation";
import { compareRecords, type RecordType, recordName, type SetRecord, type StoredRecord } from "./record";

/** Where issues come from: a snapshot, or nothing. */
export interface IssueSource {
  readonly count: number;
  has(id: string): boolean;
  line(id: string): string | undefined;
  /** The sequence of the last transaction that touched the issue; 0 for an unknown one. */
  version(id: string): number;
  /** In the order of the ids' UTF-8 bytes. */
  ids(): Iterable<string>;
  /** Ids of at least all issues with an edge to that one, in any order: dependents and children are found through it. */
  idsMentioning(id: string): Iterable<string>;
  /**
   * Ids of at least all issues whose words hold every one of the pieces (`wordPieces`), in any order. Of a source that has an index of words; undefined
   * where that would not be faster than looking at each issue.
   */
  idsWithWords?(pieces: readonly Uint8Array[]): Iterable<string> | undefined;
  /** Of a source that has any: what is kept beside the issues. */
  records?(): Iterable<StoredRecord>;
  /** Of a source that keeps parsed issues. */
  issue?(id: string): Issue | undefined;
  /** Of a source that knows the first ones of the usual orders. */
  heads?(): Heads | undefined;
  /** Told before most of the lines are asked for, so that a source on a disk can read them all at once. */
  loadLines?(): void;
}

export const emptySource: IssueSource = {
  count: 0,
  has: () => false,
  line: () => undefined,
  version: () => 0,
  ids: () => [],
  idsMentioning: () => [],
};

/**
 * One issue above the base. `line` is as of before `pending` (undefined: the line of the base), so that a replay which only
 * asks for ids parses nothing.
 */
interface Entry {
  line: string | undefined;
  pending: Pending | undefined;
  version: number;
  issue: Issue | undefined;
}

/** Changes not yet worked into the line, the last one first. A list of links costs the same for one change and for thousands. */
interface Pending {
  readonly change: ChangeIssue;
  readonly before: Pending | undefined;
}

/** The issues at one sequence: a base that never changes and what was applied since. */
export class State implements IssueSource {
  readonly #base: IssueSource;
  readonly #entries: Map<string, Entry>;
  #baseIssues: Map<string, Issue>;
  /** How often somebody asked who depends on an issue. */
  #searchCount: number;
  /** From an issue to those above the base with an edge to it. */
  #dependents: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  #added: number;
  /** What was set above the base, by name. */
  #setRecords: Map<string, SetRecord> | undefined;
  /** Read when somebody asks: most commands never do. */
  #baseRecords: ReadonlyMap<string, StoredRecord> | undefined;

  constructor(base: IssueSource) {
    this.#base = base;
    this.#entries = new Map();
    this.#baseIssues = new Map();
    this.#searchCount = 0;
    this.#added = 0;
  }

  /**
   * The transition function, live and in replay. The outcome depends on the state and the operation alone.
   * @throws BzError CORRUPT when the operation changes an issue that does not exist.
   */
  apply(operation: Operation, sequence: number): void {
    if (operation.op === "record") this.#setRecord(operation);
    if (operation.op === "record" || operation.op === "entry" || operation.op === "gone") return;
    this.#dependents = undefined;
    const { id } = operation;
    const entry = this.#entries.get(id);
    const line =
      operation.op === "put" ? operation.line : operation.op === "take" ? operation.result : undefined;
    if (line !== undefined) {
      if (entry === undefined && !this.#base.has(id)) this.#added++;
      this.#entries.set(id, { line, pending: undefined, version: sequence, issue: undefined });
      return;
    }
    if (entry === undefined && !this.#base.has(id)) {
      throw new BzError("CORRUPT", `transaction ${sequence} changes ${id}, which does not exist`, {
        context: { id, sequence },
      });
    }
    if (operation.op === "purge") {
      const bare = purgedLine(id, operation.at);
      this.#entries.set(id, { line: bare, pending: undefined, version: sequence, issue: undefined });
      return;
    }
    if (operation.op !== "change") return;
    const pending = { change: operation, before: entry?.pending };
    this.#entries.set(id, { line: entry?.line, pending, version: sequence, issue: undefined });
  }

  #setRecord(operation: SetRecord): void {
    this.#setRecords ??= new Map();
    this.#setRecords.set(recordName(operation.type, operation.key), operation);
  }

  get count(): number {
    return this.#base.count + this.#added;
  }

  has(id: string): boolean {
    return this.#entries.has(id) || this.#base.has(id);
  }

  version(id: string): number {
    return this.#entries.get(id)?.version ?? this.#base.version(id);
  }

  line(id: string): string | undefined {
    const entry = this.#entries.get(id);
    return entry === undefined ? this.#base.line(id) : this.#settledLine(id, entry);
  }

  /** The parsed view, kept. Undefined for an unknown id. */
  issue(id: string): Issue | undefined {
    const entry = this.#entries.get(id);
    if (entry !== undefined) {
      entry.issue ??= parseIssue(this.#settledLine(id, entry));
      return entry.issue;
    }
    return this.#issueOfBase(id);
  }

  *ids(): Iterable<string> {
    const added = [...this.#entries.keys()].filter((id) => !this.#base.has(id)).sort(compareIds);
    let next = 0;
    for (const id of this.#base.ids()) {
      for (let own = added[next]; own !== undefined && compareIds(own, id) < 0; own = added[++next])
        yield own;
      yield id;
    }
    yield* added.slice(next);
  }

  *issues(): Iterable<Issue> {
    if (this.#baseIssues.size < this.#base.count) this.#base.loadLines?.();
    for (const id of this.ids()) {
      const issue = this.issue(id);
      if (issue !== undefined) yield issue;
    }
  }

  /** Whether it stands above the base. */
  isTouched(id: string): boolean {
    return this.#entries.has(id);
  }

  /** What stands above the base, in the order of first touch. */
  changedIds(): Iterable<string> {
    return this.#entries.keys();
  }

  *idsMentioning(id: string): Iterable<string> {
    yield* this.idsOfBaseMentioning(id);
    // To parse what was changed is worth it for many questions only.
    if (++this.#searchCount > mostSearches) {
      this.#dependents ??= this.#readDependents();
      yield* this.#dependents.get(id) ?? [];
    } else {
      for (const [changedId, entry] of this.#entries)
        if (mentions(this.#settledLine(changedId, entry), id)) yield changedId;
    }
  }

  /** Of those only the ones that do not stand above the base. */
  *idsOfBaseMentioning(id: string): Iterable<string> {
    for (const found of this.#base.idsMentioning(id)) if (!this.#entries.has(found)) yield found;
  }

  /** As of the base: as a source of another state this one has none. */
  headsOfBase(): Heads | undefined {
    return this.#base.heads?.();
  }

  /** What was touched above the base is always among them. */
  idsWithWords(pieces: readonly Uint8Array[]): string[] | undefined {
    const found = this.#base.idsWithWords?.(pieces);
    if (found === undefined) return undefined;
    return [...[...found].filter((id) => !this.#entries.has(id)), ...this.#entries.keys()];
  }

  record(type: string, key: string): StoredRecord | undefined {
    const name = recordName(type, key);
    const set = this.#setRecords?.get(name);
    return set === undefined ? this.#recordsOfBase().get(name) : recordOf(set);
  }

  /** All of a type, or all there are, in the order of type and key. */
  records(type?: RecordType): StoredRecord[] {
    const records = new Map<string, StoredRecord | undefined>(this.#recordsOfBase());
    for (const [name, set] of this.#setRecords ?? []) records.set(name, recordOf(set));
    return [...records.values()]
      .filter((record) => record !== undefined)
      .filter((record) => type === undefined || record.type === type)
      .sort(compareRecords);
  }

  /** The base alone, as a state. */
  untouched(): State {
    const copy = new State(this.#base);
    copy.#baseIssues = this.#baseIssues;
    copy.#searchCount = this.#searchCount;
    copy.#baseRecords = this.#baseRecords;
    return copy;
  }

  /** A state of its own over the same base: what is applied to one is not seen by the other. */
  fork(): State {
    const copy = this.untouched();
    for (const [id, entry] of this.#entries) copy.#entries.set(id, entry);
    copy.#added = this.#added;
    if (this.#setRecords !== undefined) copy.#setRecords = new Map(this.#setRecords);
    return copy;
  }

  #issueOfBase(id: string): Issue | undefined {
    const kept = this.#baseIssues.get(id) ?? this.#base.issue?.(id);
    if (kept !== undefined) return kept;
    const line = this.#base.line(id);
    if (line === undefined) return undefined;
    const issue = parseIssue(line);
    this.#baseIssues.set(id, issue);
    return issue;
  }

  #readDependents(): Map<string, Set<string>> {
    const dependents = new Map<string, Set<string>>();
    for (const id of this.#entries.keys()) {
      for (const { depends_on_id: target } of this.issue(id)?.dependencies ?? [])
        dependents.set(target, (dependents.get(target) ?? new Set()).add(id));
    }
    return dependents;
  }

  #recordsOfBase(): ReadonlyMap<string, StoredRecord> {
    this.#baseRecords ??= new Map(
      [...(this.#base.records?.() ?? [])].map((record) => [recordName(record.type, record.key), record]),
    );
    return this.#baseRecords;
  }

  /** Entries are shared by forks: settling one changes how it is kept, never what it says. */
  #settledLine(id: string, entry: Entry): string {
    const before = entry.line ?? this.#base.line(id);
    if (before === undefined) throw new BzError("CORRUPT", `the line of ${id} is gone from the snapshot`);
    const changes: ChangeIssue[] = [];
    for (let pending = entry.pending; pending !== undefined; pending = pending.before)
      changes.push(pending.change);
    const line = changeLineInTurn(before, changes.reverse());
    entry.line = line;
    entry.pending = undefined;
    return line;
  }
}

const mostSearches = 16;

/** An escape may spell the id in another way, so a line with one has to be parsed to know. */
export function mentions(line: string | undefined, id: string): boolean {
  return line?.includes(id) === true || line?.includes("\\u") === true;
}

/** Undefined for one that was removed. */
function recordOf({ op: _, value, ...rest }: SetRecord): StoredRecord | undefined {
  return value === null ? undefined : { ...rest, value };
}
