import { factTimes } from "../model/issue-facts";
import { formatTime, parseDayMs, timeOrDayMs } from "../model/time";
import { encoder } from "../native/utf8";
import {
  type ColumnName,
  type Columns,
  columnNames,
  ephemeralFlag,
  pinnedFlag,
  readColumns,
  timeFlags,
  unreadableFlag,
} from "./columns-section";
import { corrupt } from "./failure";
import { DoubleList, NumberList } from "./number-list";
import type { SectionBuilder, SectionLine } from "./section-writer";
import type { Snapshot } from "./snapshot";

/** Makes the section of columns. What an earlier snapshot says of a line that it has, too, is taken over without parsing that. */
export class ColumnsBuilder implements SectionBuilder {
  readonly kind = "columns";
  readonly #columns = new Map<ColumnName, NumberList>(columnNames.map((name) => [name, new NumberList()]));
  readonly #times: DoubleList[] = factTimes.map(() => new DoubleList());
  /** Of the text that was read last: most issues have one time twice. */
  #lastTime: ReadTime = { text: "", timeMs: undefined, isUsual: false, isPlainDay: false };
  readonly #targets = new NumberList();
  readonly #edgeTypes = new NumberList();
  readonly #places = new Map<string, number>();
  readonly #known = new Map<Snapshot, Columns | undefined>();
  readonly #ids: string[] = [];

  add(line: SectionLine): void {
    const { kept } = line;
    this.#ids.push(line.id);
    const columns = kept && this.#columnsOf(kept.snapshot);
    if (kept === undefined || columns === undefined) this.#read(line);
    else this.#takeOver(columns, kept.ordinal);
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

  /** What they say. */
  get columns(): Columns {
    const numbersOf = (name: ColumnName): Uint32Array => this.#columns.get(name)?.numbers ?? noNumbers;
    return {
      times: this.#times.map(({ numbers }) => numbers),
      flags: numbersOf("flags"),
      status: numbersOf("status"),
      type: numbersOf("type"),
      priority: numbersOf("priority"),
      assignee: numbersOf("assignee"),
      labels: numbersOf("labels"),
      parent: numbersOf("parent"),
      end: numbersOf("end"),
      targets: this.#targets.numbers,
      edgeTypes: this.#edgeTypes.numbers,
      strings: [...this.#places.keys()],
    };
  }

  #read({ issue }: SectionLine): void {
    let flags = issue === undefined ? unreadableFlag : 0;
    if (issue?.pinned === true) flags |= pinnedFlag;
    if (issue?.ephemeral === true) flags |= ephemeralFlag;
    for (const [place, key] of factTimes.entries()) {
      const text = issue?.[key];
      if (text === undefined) {
        this.#times[place]?.push(Number.NaN);
        continue;
      }
      if (text !== this.#lastTime.text) this.#lastTime = readTime(text);
      const { timeMs, isUsual, isPlainDay } = this.#lastTime;
      const { present, usual, plainDay } = timeFlags(place);
      flags |= present;
      if (isUsual) flags |= usual;
      if (isPlainDay) flags |= plainDay;
      this.#times[place]?.push(timeMs ?? Number.NaN);
    }
    for (const { depends_on_id, type } of issue?.dependencies ?? [])
      this.#pushEdge(this.#placeOf(depends_on_id), this.#placeOf(type));
    this.#push("flags", flags);
    this.#push("status", this.#placeOf(issue?.status ?? ""));
    this.#push("type", this.#placeOf(issue?.issue_type ?? ""));
    this.#push("priority", issue?.priority ?? 0);
    this.#push("assignee", issue?.assignee === undefined ? 0 : 1 + this.#placeOf(issue.assignee));
    const labels = issue?.labels ?? [];
    this.#push("labels", this.#placeOf(labels.length === 0 ? "[]" : JSON.stringify(labels)));
    this.#push("parent", issue?.parent === undefined ? 0 : 1 + this.#placeOf(issue.parent));
    this.#push("end", this.#targets.length);
  }

  #takeOver(columns: Columns, ordinal: number): void {
    const { strings, times } = columns;
    const numberOf = (name: ColumnName): number => columns[name][ordinal] ?? 0;
    const placeOf = (place: number | undefined): number => this.#placeOf(strings[place ?? 0] ?? "");
    for (const [place, column] of times.entries()) this.#times[place]?.push(column[ordinal] ?? Number.NaN);
    for (let at = ordinal === 0 ? 0 : (columns.end[ordinal - 1] ?? 0); at < numberOf("end"); at += 1)
      this.#pushEdge(placeOf(columns.targets[at]), placeOf(columns.edgeTypes[at]));
    this.#push("flags", numberOf("flags"));
    for (const name of ["status", "type"] as const) this.#push(name, placeOf(numberOf(name)));
    this.#push("priority", numberOf("priority"));
    this.#push("assignee", numberOf("assignee") === 0 ? 0 : 1 + placeOf(numberOf("assignee") - 1));
    this.#push("labels", placeOf(numberOf("labels")));
    this.#push("parent", numberOf("parent") === 0 ? 0 : 1 + placeOf(numberOf("parent") - 1));
    this.#push("end", this.#targets.length);
  }

  #push(name: ColumnName, number: number): void {
    this.#columns.get(name)?.push(number);
  }

  #pushEdge(target: number, type: number): void {
    this.#targets.push(target);
    this.#edgeTypes.push(type);
  }

  #placeOf(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.#places.size);
    return this.#places.size - 1;
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

interface ReadTime {
  readonly text: string;
  readonly timeMs: number | undefined;
  readonly isUsual: boolean;
  readonly isPlainDay: boolean;
}

function readTime(text: string): ReadTime {
  const timeMs = timeOrDayMs(text);
  return {
    text,
    timeMs,
    isUsual: timeMs !== undefined && formatTime(timeMs) === text,
    isPlainDay: text.length === plainDayLength && parseDayMs(text) !== undefined,
  };
}

const plainDayLength = "2026-01-31".length;

const noNumbers = new Uint32Array(0);

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
