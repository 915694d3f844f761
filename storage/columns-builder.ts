import type { Place } from "../model/heads";
import type { Issue } from "../model/issue";
import { factTimes } from "../model/issue-facts";
import { formatTime, latestTimeMs, parseDayMs, timeOrDayMs, usualTimeMs } from "../model/time";
import { encoder } from "../native/utf8";
import {
  type ColumnName,
  type Columns,
  columnNames,
  ephemeralFlag,
  flagsForEachTime,
  pinnedFlag,
  readColumns,
  timeFlags,
  unreadableFlag,
} from "./columns-section";
import { corrupt } from "./failure";
import { issueOf, type SectionBuilder, type SectionLine } from "./section-writer";
import type { Snapshot } from "./snapshot";

/**
 * Makes the section of columns. What an earlier snapshot says of a line that it has, too, is taken over without parsing that. Gathered in plain lists, of which the engine writes an element in a
 * tenth of the time that a call takes for it.
 */
export class ColumnsBuilder implements SectionBuilder {
  readonly kind = "columns";
  readonly #numbers: Record<ColumnName, number[]> = {
    flags: [],
    status: [],
    type: [],
    priority: [],
    assignee: [],
    labels: [],
    parent: [],
    end: [],
  };
  /** With holes where an issue has none: most have two of the five. */
  readonly #times: readonly number[][] = factTimes.map(() => []);
  /** Of the text that was read last: most issues have one time twice. */
  #lastTime: ReadTime = { text: "", timeMs: undefined, flags: 0 };
  readonly #targets: number[] = [];
  readonly #edgeTypes: number[] = [];
  readonly #places = new Map<string, number>();
  readonly #status = new LastPlace(this.#places);
  readonly #type = new LastPlace(this.#places);
  readonly #labels = new LastPlace(this.#places);
  readonly #known = new Map<Snapshot, Columns | undefined>();
  readonly #ids: string[] = [];
  /** By id; once somebody asks, behind the last line. */
  #ordinals: ReadonlyMap<string, number> | undefined;

  add(lines: readonly SectionLine[]): void {
    const ids = this.#ids;
    const { end } = this.#numbers;
    for (const line of lines) {
      const { kept } = line;
      const at = ids.length;
      ids[at] = line.id;
      const columns = kept && this.#columnsOf(kept.snapshot);
      if (kept === undefined || columns === undefined) this.#read(issueOf(line), at);
      else this.#takeOver(columns, kept.ordinal, at);
      end[at] = this.#targets.length;
    }
  }

  *parts(): Generator<Uint8Array> {
    const { times, targets, edgeTypes, strings, ...numbers } = this.columns;
    const encoded = encoder.encode(JSON.stringify(strings));
    yield bytesOf(Uint32Array.of(this.ids.length, targets.length, encoded.length, 0));
    for (const column of times) yield bytesOf(column);
    for (const name of columnNames) yield bytesOf(numbers[name]);
    yield bytesOf(targets);
    yield bytesOf(edgeTypes);
    yield encoded;
  }

  /** Of the lines so far. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** Where the issue of one of them stands in an order, if it unblocks none. Undefined for a line that is no issue, and for all others. */
  placeOf(id: string): Place | undefined {
    this.#ordinals ??= ordinalsOf(this.#ids);
    const at = this.#ordinals.get(id);
    const flags = at === undefined ? unreadableFlag : (this.#numbers.flags[at] ?? unreadableFlag);
    if (at === undefined || (flags & unreadableFlag) !== 0) return undefined;
    const createdMs = this.#times[0]?.[at] ?? Number.NaN;
    const isInstant = (flags & plainDay) === 0 && createdMs >= 0 && createdMs <= latestTimeMs;
    const priority = this.#numbers.priority[at] ?? 0;
    return { id, priority, unblocks: 0, createdMs: isInstant ? createdMs : 0 };
  }

  /** What they say. */
  get columns(): Columns {
    const { flags, status, type, priority, assignee, labels, parent, end } = this.#numbers;
    return {
      times: this.#times.map((column) => {
        const times = new Float64Array(this.#ids.length).fill(Number.NaN);
        times.set(column);
        return times;
      }),
      flags: new Uint32Array(flags),
      status: new Uint32Array(status),
      type: new Uint32Array(type),
      priority: new Uint32Array(priority),
      assignee: new Uint32Array(assignee),
      labels: new Uint32Array(labels),
      parent: new Uint32Array(parent),
      end: new Uint32Array(end),
      targets: new Uint32Array(this.#targets),
      edgeTypes: new Uint32Array(this.#edgeTypes),
      strings: [...this.#places.keys()],
    };
  }

  #read(issue: Issue | undefined, at: number): void {
    const { flags, status, type, priority, assignee, labels, parent } = this.#numbers;
    const places = this.#places;
    const read: Read = issue ?? nothing;
    const { dependencies, assignee: assigned, parent: whole } = read;
    if (dependencies.length > 0)
      for (const { depends_on_id: target, type: edgeType } of dependencies)
        this.#addEdge(placeIn(places, target), placeIn(places, edgeType));
    flags[at] = issue === undefined ? unreadableFlag : this.#readFlags(issue, at);
    status[at] = this.#status.of(read.status);
    type[at] = this.#type.of(read.issue_type);
    priority[at] = read.priority;
    assignee[at] = assigned === undefined ? 0 : 1 + placeIn(places, assigned);
    labels[at] = this.#labels.of(read.labels.length === 0 ? "[]" : JSON.stringify(read.labels));
    parent[at] = whole === undefined ? 0 : 1 + placeIn(places, whole);
  }

  #readFlags(issue: Issue, at: number): number {
    const { created_at: created, updated_at: updated, closed_at: closed } = issue;
    const { due_at: due, defer_until: until } = issue;
    let flags = this.#readTime(created, 0, at) | this.#readTime(updated, 1, at);
    if (issue.pinned === true) flags |= pinnedFlag;
    if (issue.ephemeral === true) flags |= ephemeralFlag;
    if (closed !== undefined) flags |= this.#readTime(closed, 2, at);
    if (due !== undefined) flags |= this.#readTime(due, 3, at);
    if (until !== undefined) flags |= this.#readTime(until, 4, at);
    return flags;
  }

  /** @returns what the flags say of it */
  #readTime(text: string, place: number, at: number): number {
    let last = this.#lastTime;
    if (text !== last.text) {
      last = readTime(text);
      this.#lastTime = last;
    }
    const column = this.#times[place];
    if (last.timeMs !== undefined && column !== undefined) column[at] = last.timeMs;
    return last.flags << (flagsForEachTime * place);
  }

  #takeOver(columns: Columns, ordinal: number, at: number): void {
    const { strings, times, end } = columns;
    const placeOf = (place: number | undefined): number => placeIn(this.#places, strings[place ?? 0] ?? "");
    let time = 0;
    for (const column of this.#times) {
      const timeMs = times[time]?.[ordinal] ?? Number.NaN;
      if (!Number.isNaN(timeMs)) column[at] = timeMs;
      time += 1;
    }
    for (let edge = ordinal === 0 ? 0 : (end[ordinal - 1] ?? 0); edge < (end[ordinal] ?? 0); edge += 1)
      this.#addEdge(placeOf(columns.targets[edge]), placeOf(columns.edgeTypes[edge]));
    const numbers = this.#numbers;
    const assignee = columns.assignee[ordinal] ?? 0;
    const parent = columns.parent[ordinal] ?? 0;
    numbers.flags[at] = columns.flags[ordinal] ?? 0;
    numbers.status[at] = placeOf(columns.status[ordinal]);
    numbers.type[at] = placeOf(columns.type[ordinal]);
    numbers.priority[at] = columns.priority[ordinal] ?? 0;
    numbers.assignee[at] = assignee === 0 ? 0 : 1 + placeOf(assignee - 1);
    numbers.labels[at] = placeOf(columns.labels[ordinal]);
    numbers.parent[at] = parent === 0 ? 0 : 1 + placeOf(parent - 1);
  }

  #addEdge(target: number, type: number): void {
    this.#targets.push(target);
    this.#edgeTypes.push(type);
  }

  /** Undefined for a snapshot that has none of our rules. */
  #columnsOf(snapshot: Snapshot): Columns | undefined {
    if (this.#known.has(snapshot)) return this.#known.get(snapshot);
    const section = snapshot.sections.of("columns");
    const columns = section && readColumns(section);
    if (section !== undefined && columns === undefined)
      throw corrupt(`${snapshot.file.path} is damaged: its columns do not add up.`, {
        file: snapshot.file.path,
      });
    this.#known.set(snapshot, columns);
    return columns;
  }
}

function ordinalsOf(ids: readonly string[]): ReadonlyMap<string, number> {
  const ordinals = new Map<string, number>();
  for (const id of ids) ordinals.set(id, ordinals.size);
  return ordinals;
}

/** Of one of the strings. No method, as it is asked several times for each issue. */
function placeIn(places: Map<string, number>, text: string): number {
  const known = places.get(text);
  if (known !== undefined) return known;
  places.set(text, places.size);
  return places.size - 1;
}

/** The place of the text that was asked for last: most issues have the same as the one before. */
class LastPlace {
  readonly #places: Map<string, number>;
  #text: string | undefined;
  #place = 0;

  constructor(places: Map<string, number>) {
    this.#places = places;
  }

  of(text: string): number {
    if (text !== this.#text) {
      this.#place = placeIn(this.#places, text);
      this.#text = text;
    }
    return this.#place;
  }
}

type Read = Pick<
  Issue,
  "status" | "issue_type" | "priority" | "labels" | "dependencies" | "assignee" | "parent"
>;

/** What the columns have of a line that is no issue. */
const nothing: Read = { status: "", issue_type: "", priority: 0, labels: [], dependencies: [] };

interface ReadTime {
  readonly text: string;
  readonly timeMs: number | undefined;
  /** Of the first of the times. */
  readonly flags: number;
}

function readTime(text: string): ReadTime {
  const usualMs = usualTimeMs(text);
  if (usualMs !== undefined) return { text, timeMs: usualMs, flags: present | usual };
  const timeMs = timeOrDayMs(text);
  const isUsual = timeMs !== undefined && formatTime(timeMs) === text;
  const isPlainDay = text.length === plainDayLength && parseDayMs(text) !== undefined;
  return { text, timeMs, flags: present | (isUsual ? usual : 0) | (isPlainDay ? plainDay : 0) };
}

const { present, usual, plainDay } = timeFlags(0);
const plainDayLength = "2026-01-31".length;

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
