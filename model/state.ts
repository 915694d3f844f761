import type { AllFacts } from "./all-facts";
import type { Link } from "./dependency";
import {
  changesOf,
  changesUnknownIssue,
  type Entry,
  entryAfter,
  goneFromBase,
  keepsLinks,
  lineFacts,
  mayLink,
  settledIssue,
  settledLine,
  type Unsettled,
} from "./entry";
import { BzError } from "./errors";
import type { Heads } from "./heads";
import type { Issue } from "./issue";
import type { IssueFacts } from "./issue-facts";
import { compareIds, mergedIds } from "./issue-id";
import { parseIssue, parseRecord } from "./issue-json";
import type { IssueSource } from "./issue-source";
import type { LineFacts } from "./line-facts";
import { filterIn } from "./list";
import type { OutlinedIssue } from "./log-outline";
import { LoggedChanges, noTransactions } from "./logged-changes";
import { isOnIssue, type Operation } from "./operation";
import { compareRecords, type RecordType, recordName, type SetRecord, type StoredRecord } from "./record";
import type { UnreadTransactions } from "./unread-transactions";

/**
 * The issues at one sequence: a base that never changes, what the log says behind it, read as far as somebody asks, and what was applied since.
 */
export class State implements IssueSource {
  readonly #base: IssueSource;
  #logged: LoggedChanges;
  readonly #entries: Map<string, Entry>;
  #baseIssues: Map<string, Issue>;
  /** Of all issues of the base, once they were asked for; shared with every state over it. */
  #baseFacts: { all?: AllFacts };
  /** Of those that were asked for one by one; undefined where the base has none. */
  #baseLines: Map<string, LineFacts | undefined>;
  #searchCount: number;
  /** Above the base, by edges that it does not have; who has lost an edge stays. */
  #dependents: Map<string, Set<string>> | undefined;
  /** Applied since. */
  readonly #unlinked = new Set<string>();
  /** Of the applied ones, how many are new; those that nobody has looked up yet are not among them. */
  #added: number;
  #unjudged: string[];
  /** What was set since the log, by name. */
  #setRecords: Map<string, SetRecord> | undefined;
  /** Read when somebody asks: most commands never do. */
  #baseRecords: ReadonlyMap<string, StoredRecord> | undefined;

  constructor(base: IssueSource, transactions: UnreadTransactions = noTransactions()) {
    this.#base = base;
    this.#logged = new LoggedChanges(transactions, base);
    this.#entries = new Map();
    this.#baseIssues = new Map();
    this.#baseFacts = {};
    this.#baseLines = new Map();
    this.#searchCount = 0;
    this.#added = 0;
    this.#unjudged = [];
  }

  /**
   * The transition function, live and in replay. The outcome depends on the state and the operation alone.
   * @throws BzError CORRUPT when the operation changes an issue that does not exist.
   */
  apply(operation: Operation, sequence: number): void {
    if (operation.op === "record") this.#setRecord(operation);
    if (!isOnIssue(operation)) return;
    const { id } = operation;
    const before = this.#entry(id);
    const entry = entryAfter(before, operation, sequence, this.#requireKnown);
    if (entry === undefined || entry === before) return;
    if (before === undefined) this.#unjudged.push(id);
    this.#entries.set(id, entry);
    if (this.#dependents) this.#unlinked.add(id);
  }

  readonly #requireKnown = (id: string, sequence: number): void => {
    if (this.#base.has(id)) return;
    throw new BzError("CORRUPT", changesUnknownIssue(id, sequence), { context: { id, sequence } });
  };

  #setRecord(operation: SetRecord): void {
    this.#setRecords ??= new Map();
    this.#setRecords.set(recordName(operation.type, operation.key), operation);
  }

  /** Reads the whole log, to tell new issues from changed ones. */
  get count(): number {
    return this.#base.count + this.#logged.added + this.#addedSince();
  }

  /** About as many as there are, without looking into the log. */
  get roughCount(): number {
    return this.#base.count + this.#logged.roughlyAdded + this.#addedSince();
  }

  #addedSince(): number {
    for (const id of this.#unjudged) if (!this.#base.has(id)) this.#added += 1;
    this.#unjudged = [];
    return this.#added;
  }

  has(id: string): boolean {
    return this.#entry(id) !== undefined || this.#base.has(id);
  }

  version(id: string): number {
    return this.#entry(id)?.version ?? this.#base.version(id);
  }

  line(id: string): string | undefined {
    const entry = this.#entry(id);
    return entry === undefined ? this.#base.line(id) : settledLine(entry, this.#lineOfBase);
  }

  /** What an issue that is known to exist is made of. */
  unsettled(id: string): Unsettled {
    const entry = this.#entry(id);
    const line = entry?.line ?? this.#base.line(id);
    if (line === undefined) throw goneFromBase(id);
    return { line, changes: entry === undefined ? [] : changesOf(entry) };
  }

  /** The parsed view, kept. Undefined for an unknown id. */
  issue(id: string): Issue | undefined {
    const entry = this.#entry(id);
    if (entry === undefined) return this.#issueOfBase(id);
    return entry.issue ?? settledIssue(entry, this.#lineOfBase);
  }

  /** Where nothing above the base is about its links, no change is worked into the issue for this. */
  parentOf(id: string): string | undefined {
    const entry = this.#entry(id);
    const isOfBase = entry !== undefined && !entry.issue && entry.line === undefined && keepsLinks(entry);
    return (isOfBase ? this.#issueOfBase(id) : this.issue(id))?.parent;
  }

  ids(): Iterable<string> {
    const added = [...this.changedIds()].filter((id) => !this.#base.has(id));
    return mergedIds(this.#base.ids(), added.sort(compareIds));
  }

  *issues(): Iterable<Issue> {
    if (this.#baseIssues.size < this.#base.count) this.#base.readAhead?.();
    for (const id of this.ids()) {
      const issue = this.issue(id);
      if (issue !== undefined) yield issue;
    }
  }

  /**
   * Reads the whole log behind the base, which other questions leave unread as far as they can.
   * @throws BzError CORRUPT when it holds what no bz writes
   */
  readLog(): void {
    this.#logged.entries();
  }

  allFacts(): readonly IssueFacts[] {
    const all = this.#readFacts();
    if (all === undefined) return [...this.issues()];
    const changed = new Map<string, IssueFacts>();
    lineFacts().readLines(this.#logged.entries().values());
    for (const id of this.changedIds()) {
      const facts = this.facts(id);
      if (facts !== undefined) changed.set(id, facts);
    }
    return all.with(changed);
  }

  /** Undefined where lines have to be parsed for them. */
  #readFacts(): AllFacts | undefined {
    if (this.#base.allFacts === undefined) return undefined;
    const { AllFacts } = require("./all-facts") as typeof import("./all-facts");
    this.#baseFacts.all ??= new AllFacts(this.#base.allFacts((id) => this.#issueOfBase(id)));
    return this.#baseFacts.all;
  }

  /**
   * Told before the facts of so many issues are asked for: where those of all are known in less time than so many lines are read, no line is.
   * @returns whether that is so
   */
  expectFacts(count: number): boolean {
    const isMany = count > fewLines && count * linesPerPass > this.#base.count;
    return isMany && this.#readFacts() !== undefined;
  }

  /** What is not asked for is left unread, as far as it can be. */
  facts(id: string): IssueFacts | undefined {
    const entry = this.#entry(id);
    if (entry === undefined) return this.#factsOfBase(id);
    return entry.issue ?? entry.facts ?? lineFacts().factsOfEntry(entry, this.#factsOfBase, this.#lineOfBase);
  }

  /** All that stands above the base, each once, as far as an order of issues depends on it. */
  outline(): readonly OutlinedIssue[] {
    return this.#logged.outline().withApplied(this.#entries);
  }

  /** Whether it stands above the base. */
  isTouched(id: string): boolean {
    return this.#entries.has(id) || this.#logged.has(id);
  }

  /** What stands above the base, in the order of first touch. */
  changedIds(): Iterable<string> {
    const logged = this.#logged.entries();
    return this.#entries.size === 0 ? logged.keys() : new Set([...logged.keys(), ...this.#entries.keys()]);
  }

  /** Those of the ids that stand above the base, with every change in its line. Without one it is not asked for: that of a new issue is read anew each time. */
  settled(ids: readonly string[]): readonly Entry[] {
    const logged = this.#logged.entries();
    const entries: Entry[] = [];
    for (const id of ids) {
      const entry = this.#entries.get(id) ?? logged.get(id);
      if (entry === undefined) continue;
      if (entry.pending !== undefined) settledLine(entry, this.#lineOfBase);
      entries.push(entry);
    }
    return entries;
  }

  /** At least what transactions behind that sequence changed; it is not before the base's. */
  idsChangedAfter(sequence: number): Set<string> {
    const ids = new Set(this.#logged.idsAfter(sequence));
    for (const [id, { version }] of this.#entries) if (version > sequence) ids.add(id);
    return ids;
  }

  /** Of what the log is about, who has another edge may be among them, too. No generator: most often there is none, and that takes longer to begin than the search. */
  idsMentioning(id: string, link?: Link): readonly string[] {
    // Parsing is worth it for many questions only.
    if (this.#logged.areRead || ++this.#searchCount > mostSearches) {
      const linking = this.#linkedDependents().get(id);
      const logged = this.#logged.outline();
      const isAsInBase = (each: string): boolean => logged.keepsLinks(each) && !this.#entries.has(each);
      return [...filterIn(this.#base.idsMentioning(id, link), isAsInBase), ...(linking ?? [])];
    }
    const ids: string[] = [];
    const touched = new Set<string>();
    for (const found of this.#base.idsMentioning(id, link)) {
      if (this.isTouched(found)) touched.add(found);
      else ids.push(found);
    }
    for (const each of this.#logged.idsLinking(id)) touched.add(each);
    // The line of an issue that only changes name mentions itself, and the base would have told of an edge in it.
    for (const [changed, entry] of this.#entries)
      if (changed !== id || entry.line !== undefined || !keepsLinks(entry)) touched.add(changed);
    for (const changed of touched) {
      const entry = this.#entry(changed);
      if (entry !== undefined && mayLink(entry, id, this.#lineOfBase)) ids.push(changed);
    }
    return ids;
  }

  surelyClosed(id: string): boolean {
    return this.#base.surelyClosed?.(id) === true && !this.isTouched(id);
  }

  /** Of those the ones that nothing changed since. */
  idsOfBaseMentioning(id: string): readonly string[] {
    const found = this.#base.idsMentioning(id);
    return found.length === 0 ? found : filterIn(found, (each) => !this.isTouched(each));
  }

  /** Those of the ids of which the base surely holds neither the issue nor an edge to it. */
  newAmong(ids: readonly string[]): readonly string[] {
    return this.#base.unknownAmong?.(ids) ?? [];
  }

  /** As of the base: as a source of another state this one has none. */
  headsOfBase(): Heads | undefined {
    return this.#base.heads?.();
  }

  /** What was touched above the base is always among them. */
  idsWithWords(pieces: readonly Uint8Array[]): string[] | undefined {
    const found = this.#base.idsWithWords?.(pieces);
    if (found === undefined) return undefined;
    const changed = new Set(this.changedIds());
    return [...[...found].filter((id) => !changed.has(id)), ...changed];
  }

  record(type: string, key: string): StoredRecord | undefined {
    const name = recordName(type, key);
    const set = this.#setRecords?.get(name) ?? this.#logged.records().get(name);
    return set === undefined ? this.#recordsOfBase().get(name) : recordOf(set);
  }

  /** All of a type, or all there are, in the order of type and key. */
  records(type?: RecordType): StoredRecord[] {
    const records = new Map<string, StoredRecord | undefined>(this.#recordsOfBase());
    for (const [name, set] of this.#logged.records()) records.set(name, recordOf(set));
    for (const [name, set] of this.#setRecords ?? []) records.set(name, recordOf(set));
    if (records.size === 0) return [];
    return [...records.values()]
      .filter((record) => record !== undefined)
      .filter((record) => type === undefined || record.type === type)
      .sort(compareRecords);
  }

  /** The base alone, as a state. */
  untouched(): State {
    const copy = new State(this.#base);
    copy.#baseIssues = this.#baseIssues;
    copy.#baseFacts = this.#baseFacts;
    copy.#baseLines = this.#baseLines;
    copy.#searchCount = this.#searchCount;
    copy.#baseRecords = this.#baseRecords;
    return copy;
  }

  /** A state of its own over the same base and log: what is applied to one is not seen by the other. */
  fork(): State {
    const copy = this.untouched();
    copy.#logged = this.#logged;
    for (const [id, entry] of this.#entries) copy.#entries.set(id, entry);
    copy.#added = this.#added;
    copy.#unjudged = [...this.#unjudged];
    if (this.#setRecords !== undefined) copy.#setRecords = new Map(this.#setRecords);
    return copy;
  }

  readonly #factsOfBase = (id: string): IssueFacts | undefined => {
    const kept = this.#baseFacts.all?.get(id) ?? this.#keptIssue(id);
    if (kept !== undefined || this.#baseLines.has(id)) return kept ?? this.#baseLines.get(id);
    const line = this.#base.line(id);
    const module = lineFacts();
    const facts = line === undefined ? undefined : new module.LineFacts(id, parseRecord(line));
    this.#baseLines.set(id, facts);
    return facts;
  };

  #keptIssue(id: string): Issue | undefined {
    return this.#baseIssues.get(id) ?? this.#base.issue?.(id);
  }

  #issueOfBase(id: string): Issue | undefined {
    const kept = this.#keptIssue(id) ?? this.#baseLines.get(id)?.whole;
    if (kept !== undefined) return kept;
    const line = this.#base.line(id);
    if (line === undefined) return undefined;
    const issue = parseIssue(line);
    this.#baseIssues.set(id, issue);
    return issue;
  }

  #linkedDependents(): Map<string, Set<string>> {
    const known = this.#dependents;
    if (known !== undefined && this.#unlinked.size === 0) return known;
    const changed = known ? this.#unlinked : this.#mayLink();
    const dependents = known ?? new Map<string, Set<string>>();
    this.#dependents = dependents;
    for (const id of changed) {
      for (const { depends_on_id: target } of this.facts(id)?.dependencies ?? [])
        dependents.set(target, (dependents.get(target) ?? new Set()).add(id));
    }
    this.#unlinked.clear();
    return dependents;
  }

  /** Above the base, where that is not known of the others. */
  #mayLink(): Iterable<string> {
    const logged = this.#logged.outline().linking();
    return this.#entries.size === 0 ? logged : [...logged, ...this.#entries.keys()];
  }

  #recordsOfBase(): ReadonlyMap<string, StoredRecord> {
    this.#baseRecords ??= new Map(
      [...(this.#base.records?.() ?? [])].map((record) => [recordName(record.type, record.key), record]),
    );
    return this.#baseRecords;
  }

  #entry(id: string): Entry | undefined {
    return this.#entries.get(id) ?? this.#logged.entry(id);
  }

  readonly #lineOfBase = (id: string): string | undefined => this.#base.line(id);
}

const mostSearches = 16;
/** While one line is read and parsed, so many issues are gone over. */
const linesPerPass = 24;
/** So few are parsed at once. */
const fewLines = 64;

/** Undefined for one that was removed. */
function recordOf({ op: _, value, ...rest }: SetRecord): StoredRecord | undefined {
  return value === null ? undefined : { ...rest, value };
}
