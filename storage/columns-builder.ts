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
  readonly #updated = this.#times[1] ?? [];
  /** Of the text that was read last: most issues have one time twice. */
  #lastTime: ReadTime = { text: "", timeMs: undefined, flags: 0 };
  readonly #targets: number[] = [];
  readonly #edgeTypes: number[] = [];
  readonly #places = new Map<string, number>();
  /** Texts of the issue that was read last, and their places. */
  readonly #last = { status: "", statusPlace: -1, type: "", typePlace: -1, noLabelsPlace: -1 };
  readonly #known = new Map<Snapshot, Columns | undefined>();
  readonly #ids: string[] = [];
  /** By id; once somebody asks, behind the last line. */
  #ordinals: ReadonlyMap<string, number> | undefined;
  /** The same: who writes them and who works out the heads ask for the same. */
  #columns: Columns | undefined;

  add(lines: readonly SectionLine[]): void {
    const ids = this.#ids;
    const { end } = this.#numbers;
    for (const line of lines) {
      const { kept } = line;
      const at = ids.length;
      ids[at] = line.id;
      const columns = kept && this.#columnsOf(kept.snapshot);
      const issue = columns === undefined ? issueOf(line) : undefined;
      if (kept !== undefined && columns !== undefined) this.#takeOver(columns, kept.ordinal, at);
      else if (issue === undefined) this.#readNothing(at);
      else this.#read(issue, at);
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

  /** What they say; asked for behind the last line. */
  get columns(): Columns {
    this.#columns ??= this.#makeColumns();
    return this.#columns;
  }

  #makeColumns(): Columns {
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

  #readNothing(at: number): void {
    const { flags, status, type, priority, assignee, labels, parent } = this.#numbers;
    flags[at] = unreadableFlag;
    status[at] = placeIn(this.#places, "");
    type[at] = placeIn(this.#places, "");
    priority[at] = 0;
    assignee[at] = 0;
    labels[at] = placeIn(this.#places, "[]");
    parent[at] = 0;
  }

  /** One function, and no search for a text that the issue before has, too: each call takes longer than to write a number. */
  #read(issue: Issue, at: number): void {
    const { flags, status, type, priority, assignee, labels, parent } = this.#numbers;
    const places = this.#places;
    const last = this.#last;
    const { dependencies, status: state, issue_type: kind, assignee: assigned, parent: whole } = issue;
    const { created_at: created, updated_at: updated, labels: names } = issue;
    if (dependencies.length > 0)
      for (const { depends_on_id: target, type: edgeType } of dependencies)
        this.#addEdge(placeIn(places, target), placeIn(places, edgeType));
    if (state !== last.status) {
      last.status = state;
      last.statusPlace = placeIn(places, state);
    }
    status[at] = last.statusPlace;
    if (kind !== last.type) {
      last.type = kind;
      last.typePlace = placeIn(places, kind);
    }
    type[at] = last.typePlace;
    priority[at] = issue.priority;
    assignee[at] = assigned === undefined ? 0 : 1 + placeIn(places, assigned);
    if (names.length > 0) labels[at] = placeIn(places, JSON.stringify(names));
    else {
      if (last.noLabelsPlace === -1) last.noLabelsPlace = placeIn(places, "[]");
      labels[at] = last.noLabelsPlace;
    }
    parent[at] = whole === undefined ? 0 : 1 + placeIn(places, whole);
    let found = this.#readTime(created, 0, at);
    if (updated !== created) found |= this.#readTime(updated, 1, at);
    else {
      const { timeMs } = this.#lastTime;
      if (timeMs !== undefined) this.#updated[at] = timeMs;
      found |= found << flagsForEachTime;
    }
    flags[at] = found | this.#readRareFlags(issue, at);
  }

  #readRareFlags(issue: Issue, at: number): number {
    const { closed_at: closed, due_at: due, defer_until: until } = issue;
    let flags = issue.pinned === true ? pinnedFlag : 0;
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
