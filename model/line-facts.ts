import { isEmpty } from "./edited-line";
import { changesOf, type Entry, goneFromBase, isAboutLinks, type LineOfBase, settledIssue } from "./entry";
import { BzError } from "./errors";
import type { Issue } from "./issue";
import type { IssueFacts } from "./issue-facts";
import {
  isTooDeep,
  mayBeTooDeep,
  parentAmong,
  parseRecord,
  readDependencies,
  readIssueType,
  readPriority,
  readStatus,
  readText,
  readTime,
  readTitle,
  viewIssue,
} from "./issue-json";
import { isJsonObject, type JsonObject, type JsonValue } from "./json";
import { someIn } from "./list";
import type { ChangeIssue, Claim, Work } from "./operation";
import { PartialFacts } from "./partial-facts";

/** What an issue above a base says; `factsOfBase` answers for what stands in that. Kept with it. */
export function factsOfEntry(
  entry: Entry,
  factsOfBase: (id: string) => IssueFacts | undefined,
  lineOfBase: LineOfBase,
): IssueFacts {
  const { id, line } = entry;
  const before = line === undefined ? factsOfBase(id) : new LineFacts(id, parseRecord(line));
  if (before === undefined) throw goneFromBase(id);
  entry.facts = factsOver(before, entry, lineOfBase);
  return entry.facts;
}

function factsOver(before: IssueFacts, entry: Entry, lineOfBase: LineOfBase): IssueFacts {
  if (entry.pending === undefined) return before;
  return new ChangedFacts(before, changesOf(entry), () => settledIssue(entry, lineOfBase));
}

/**
 * The facts of all whose lines stand above a base: parsed at once these take a third of the time. Where one of them is not what it should be, none is kept: read
 * by itself it is named.
 */
export function readLines(entries: Iterable<Entry>): void {
  parseLines(entries, (entry, record) => {
    entry.facts ??= factsOver(new LineFacts(entry.id, record), entry, notNeeded);
  });
}

/** The same of the issues themselves. */
export function readIssues(entries: Iterable<Entry>): void {
  try {
    parseLines(entries, (entry, record) => {
      entry.issue = viewIssue(record);
    });
  } catch (error) {
    // What is no issue ends it. Whoever asks for that one by itself hears of it.
    if (!(error instanceof BzError)) throw error;
  }
}

/** Gives nothing where one of them cannot be told. */
function parseLines(entries: Iterable<Entry>, take: (entry: Entry, record: JsonObject) => void): void {
  const unread: Entry[] = [];
  const lines: string[] = [];
  for (const entry of entries) {
    const { line, facts, issue } = entry;
    if (line === undefined || line.length > longestAtOnce || (facts ?? issue) !== undefined) continue;
    unread.push(entry);
    lines.push(line);
  }
  const together = lines.join(",");
  const records = parseTogether(together);
  if (records === undefined || records.length !== lines.length || !areLinesOf(unread, records, together))
    return;
  for (let at = 0; at < unread.length; at += 1) {
    const entry = unread[at];
    const record = records[at];
    if (entry !== undefined && record !== undefined) take(entry, record);
  }
}

/** Undefined where one of them is no JSON. */
function parseTogether(lines: string): readonly unknown[] | undefined {
  try {
    const records: unknown = JSON.parse(`[${lines}]`);
    return Array.isArray(records) ? records : undefined;
  } catch {
    return undefined;
  }
}

function areLinesOf(
  entries: readonly Entry[],
  records: readonly unknown[],
  together: string,
): records is readonly JsonObject[] {
  // One bracket for each: none of them nests anything.
  const isFlat = !together.includes("[") && together.split("{").length === records.length + 1;
  for (let at = 0; at < records.length; at += 1) {
    const record = records[at];
    const { id, line = "" } = entries[at] ?? {};
    if (!isJsonObject(record) || record.id !== id) return false;
    if (!isFlat && mayBeTooDeep(line) && isTooDeep(record)) return false;
  }
  return true;
}

/** Who has a line of its own needs none of the base. */
const notNeeded: LineOfBase = () => undefined;

/** In characters; a longer one is not worth a copy. */
const longestAtOnce = 1 << 16;

/** Whether an issue may stand elsewhere in an order after it, or be judged in another way. */
export function isAboutPlace(change: ChangeIssue): boolean {
  const { work, set } = change;
  return (
    work !== undefined ||
    isAboutLinks(change) ||
    (set !== undefined && someIn(placingKeys, (key) => Object.hasOwn(set, key)))
  );
}

const placingKeys = ["priority", "issue_type", "created_at", "pinned"] as const;

/** What a line says, of which nothing is looked at before somebody asks. */
export class LineFacts extends PartialFacts {
  readonly #record: JsonObject;
  #whole: Issue | undefined;
  #dependencies: Issue["dependencies"] | undefined;
  /** Null before somebody asks, which whoever judges it and what is below it does again and again. */
  #parent: string | undefined | null = null;

  constructor(
    readonly id: string,
    record: JsonObject,
  ) {
    super();
    this.#record = record;
  }

  override get whole(): Issue {
    this.#whole ??= viewIssue(this.#record);
    return this.#whole;
  }

  override get title(): string {
    return readTitle(this.#record.title);
  }

  override get status(): string {
    return readStatus(this.#record.status);
  }

  override get priority(): number {
    return readPriority(this.#record.priority);
  }

  override get issue_type(): string {
    return readIssueType(this.#record.issue_type);
  }

  override get created_at(): string {
    return readTime(this.#record.created_at, "created_at") ?? this.whole.created_at;
  }

  override get defer_until(): string | undefined {
    return readTime(this.#record.defer_until, "defer_until");
  }

  override get assignee(): string | undefined {
    return readText(this.#record.assignee, "assignee");
  }

  override get pinned(): true | undefined {
    return this.#record.pinned === true ? true : undefined;
  }

  override get dependencies(): Issue["dependencies"] {
    this.#dependencies ??= readDependencies(this.#record.dependencies, this.id);
    return this.#dependencies;
  }

  override get parent(): string | undefined {
    if (this.#parent === null) {
      const { dependencies } = this;
      this.#parent = dependencies.length === 0 ? undefined : parentAmong(dependencies);
    }
    return this.#parent;
  }
}

/** What changes make of an issue: of what is asked most, the last one that names it says so. */
export class ChangedFacts extends PartialFacts {
  readonly id: string;
  readonly #before: IssueFacts;
  readonly #readWhole: () => Issue;
  #work: Work | undefined;
  #claim: Claim | undefined;
  #set: ChangeIssue["set"];
  #areLinksKept = true;

  constructor(before: IssueFacts, changes: readonly ChangeIssue[], readWhole: () => Issue) {
    super();
    this.id = before.id;
    this.#before = before;
    this.#readWhole = readWhole;
    for (const { work, claim, set, edges, parent } of changes) {
      this.#work = work ?? this.#work;
      this.#claim = claim ?? this.#claim;
      if (set !== undefined) this.#set = this.#set === undefined ? set : { ...this.#set, ...set };
      if ((edges ?? parent) !== undefined) this.#areLinksKept = false;
    }
  }

  override get whole(): Issue {
    return this.#readWhole();
  }

  override get title(): string {
    return this.#sets("title") ? this.whole.title : this.#before.title;
  }

  override get status(): string {
    return this.#work === undefined ? this.#before.status : readStatus(this.#work.status);
  }

  override get priority(): number {
    return this.#sets("priority") ? readPriority(this.#value("priority")) : this.#before.priority;
  }

  override get issue_type(): string {
    return this.#sets("issue_type") ? readIssueType(this.#value("issue_type")) : this.#before.issue_type;
  }

  override get created_at(): string {
    return this.#sets("created_at") ? this.whole.created_at : this.#before.created_at;
  }

  override get assignee(): string | undefined {
    return this.#claim === undefined ? this.#before.assignee : this.#claim.assignee || undefined;
  }

  override get defer_until(): string | undefined {
    return this.#work === undefined ? this.#before.defer_until : this.#work.defer_until || undefined;
  }

  override get pinned(): boolean | undefined {
    return this.#sets("pinned") ? this.whole.pinned : this.#before.pinned;
  }

  override get dependencies(): IssueFacts["dependencies"] {
    return this.#areLinksKept ? this.#before.dependencies : this.whole.dependencies;
  }

  override get parent(): string | undefined {
    return this.#areLinksKept ? this.#before.parent : this.whole.parent;
  }

  #sets(key: string): boolean {
    return this.#set !== undefined && Object.hasOwn(this.#set, key);
  }

  /** Undefined for what removes it. */
  #value(key: string): JsonValue | undefined {
    const value = this.#set?.[key];
    return isEmpty(value) ? undefined : value;
  }
}
