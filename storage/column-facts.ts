import type { Dependency } from "../model/dependency";
import type { Issue } from "../model/issue";
import { type FactTime, factTimes, type IssueFacts, type KnownMs } from "../model/issue-facts";
import { PartialFacts } from "../model/partial-facts";
import { formatTime, latestTimeMs } from "../model/time";
import {
  type Columns,
  ephemeralFlag,
  pinnedFlag,
  readColumns,
  timeFlags,
  unreadableFlag,
} from "./columns-section";
import { corrupt } from "./failure";
import type { Snapshot } from "./snapshot";

/** The facts of all issues of a snapshot, in the order of their ids. A line that is no issue is read, which tells so; without columns of our rules, all are. */
export function factsOfSnapshot(
  snapshot: Snapshot,
  issueOf: (id: string) => Issue | undefined,
): readonly IssueFacts[] {
  const section = snapshot.sections.of("columns");
  const { path } = snapshot.file;
  const columns = section && readColumns(section);
  if (section !== undefined && columns?.flags.length !== snapshot.count)
    throw corrupt(`${path} is damaged: its columns do not add up.`, { file: path });
  let readCount = 0;
  const wholeOf = (id: string): Issue => {
    readCount += 1;
    if (readCount === fewLines) snapshot.readAhead();
    const issue = issueOf(id);
    if (issue === undefined) throw corrupt(`${path} is damaged: the line of ${id} is gone.`, { file: path });
    return issue;
  };
  if (columns === undefined) return Array.from(snapshot.ids(), wholeOf);
  return factsOfColumns(columns, snapshot.idsByLeaf(), wholeOf);
}

/** The same of columns that were made of lines with these ids. */
export function factsOfColumns(
  columns: Columns,
  idsInParts: Iterable<readonly string[]>,
  wholeOf: (id: string) => Issue,
): readonly IssueFacts[] {
  const shared: Shared = { columns, labels: new Map(), issueOf: wholeOf };
  const all: IssueFacts[] = [];
  for (const ids of idsInParts) {
    for (const id of ids) {
      const isUnreadable = ((columns.flags[all.length] ?? 0) & unreadableFlag) !== 0;
      all.push(isUnreadable ? wholeOf(id) : new ColumnFacts(id, all.length, shared));
    }
  }
  return all;
}

interface Shared {
  readonly columns: Columns;
  readonly labels: Map<number, readonly string[]>;
  readonly issueOf: (id: string) => Issue;
}

/** One issue: two numbers and an id until somebody asks. */
class ColumnFacts extends PartialFacts {
  readonly #ordinal: number;
  readonly #shared: Shared;
  #dependencies: IssueFacts["dependencies"] | undefined;

  constructor(
    readonly id: string,
    ordinal: number,
    shared: Shared,
  ) {
    super();
    this.#ordinal = ordinal;
    this.#shared = shared;
  }

  override get status(): string {
    return this.#string("status");
  }

  override get issue_type(): string {
    return this.#string("type");
  }

  override get priority(): number {
    return this.#shared.columns.priority[this.#ordinal] ?? 0;
  }

  override get assignee(): string | undefined {
    return this.#optional("assignee");
  }

  override get parent(): string | undefined {
    return this.#optional("parent");
  }

  override get pinned(): true | undefined {
    return this.#has(pinnedFlag) ? true : undefined;
  }

  override get ephemeral(): true | undefined {
    return this.#has(ephemeralFlag) ? true : undefined;
  }

  override get labels(): readonly string[] {
    const { columns, labels } = this.#shared;
    const place = columns.labels[this.#ordinal] ?? 0;
    let known = labels.get(place);
    if (known === undefined) {
      known = JSON.parse(columns.strings[place] ?? "[]") as readonly string[];
      labels.set(place, known);
    }
    return known;
  }

  override get dependencies(): IssueFacts["dependencies"] {
    this.#dependencies ??= this.#readDependencies();
    return this.#dependencies;
  }

  knownMs(time: FactTime): KnownMs {
    const place = factTimes.indexOf(time);
    const timeMs = this.#shared.columns.times[place]?.[this.#ordinal] ?? Number.NaN;
    if (Number.isNaN(timeMs)) return unknownMs;
    const isInstant = !this.#has(timeFlags(place).plainDay) && timeMs >= 0 && timeMs <= latestTimeMs;
    return { timeOrDayMs: timeMs, instantMs: isInstant ? timeMs : 0 };
  }

  override get created_at(): string {
    return this.#time(0) ?? "";
  }

  override get updated_at(): string {
    return this.#time(1) ?? "";
  }

  override get closed_at(): string | undefined {
    return this.#time(2);
  }

  override get due_at(): string | undefined {
    return this.#time(3);
  }

  override get defer_until(): string | undefined {
    return this.#time(4);
  }

  override get whole(): Issue {
    return this.#shared.issueOf(this.id);
  }

  #string(column: "status" | "type"): string {
    const { columns } = this.#shared;
    return columns.strings[columns[column][this.#ordinal] ?? 0] ?? "";
  }

  #optional(column: "assignee" | "parent"): string | undefined {
    const { columns } = this.#shared;
    return columns.strings[(columns[column][this.#ordinal] ?? 0) - 1];
  }

  #has(flag: number): boolean {
    return ((this.#shared.columns.flags[this.#ordinal] ?? 0) & flag) !== 0;
  }

  /** In the spelling of the line. */
  #time(place: number): string | undefined {
    const { present, usual } = timeFlags(place);
    if (!this.#has(present)) return undefined;
    const timeMs = this.#shared.columns.times[place]?.[this.#ordinal];
    const key = factTimes[place];
    if (this.#has(usual) && timeMs !== undefined) return formatTime(timeMs);
    return key === undefined ? undefined : this.whole[key];
  }

  #readDependencies(): IssueFacts["dependencies"] {
    const { end, targets, edgeTypes, strings } = this.#shared.columns;
    const last = end[this.#ordinal] ?? 0;
    const first = this.#ordinal === 0 ? 0 : (end[this.#ordinal - 1] ?? 0);
    if (first === last) return noDependencies;
    const dependencies: Pick<Dependency, "depends_on_id" | "type">[] = [];
    for (let at = first; at < last; at += 1) {
      const [target = 0, type = 0] = [targets[at], edgeTypes[at]];
      dependencies.push({ depends_on_id: strings[target] ?? "", type: strings[type] ?? "" });
    }
    return dependencies;
  }
}

/** Beyond them it is worth it to read all at once. */
const fewLines = 64;
const noDependencies: IssueFacts["dependencies"] = [];
const unknownMs: KnownMs = { timeOrDayMs: undefined, instantMs: 0 };
