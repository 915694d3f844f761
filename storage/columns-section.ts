import { factTimes } from "../model/issue-facts";
import { decoder } from "../native/utf8";
import type { Section } from "./snapshot-sections";

/**
 * The section of columns: what filters, counts, orders and readiness ask of every issue, by ordinal, so that they need not parse its line.
 *
 *   u32 count n of issues, u32 count m of edges, u32 length of the strings, u32 zero
 *   for each of `factTimes` n f64: ms as `timeOrDayMs` reads it, not a number where it cannot
 *   for each of `columnNames` n u32
 *   m u32: the other end of each edge, a string
 *   m u32: its type, a string
 *   the strings: a JSON array; a list of labels is one of them, a JSON array itself
 *
 * A string is named by its place in that array. `end` is where the edges of a line end; `assignee` and `parent` are 1 + a string, 0 without one.
 */
export const columnNames = [
  "flags",
  "status",
  "type",
  "priority",
  "assignee",
  "labels",
  "parent",
  "end",
] as const;

export type ColumnName = (typeof columnNames)[number];

export const unreadableFlag = 1;
export const pinnedFlag = 2;
export const ephemeralFlag = 4;

/** Of the time at that place in `factTimes`: whether there is one, whether it is written as bz writes it, whether it is a plain day. */
export function timeFlags(place: number): TimeFlags {
  return flagsOfTimes[place] ?? noFlags;
}

interface TimeFlags {
  readonly present: number;
  readonly usual: number;
  readonly plainDay: number;
}

/** Those of one time stand as far behind those of the one before it. */
export const flagsForEachTime = 3;
const noFlags: TimeFlags = { present: 0, usual: 0, plainDay: 0 };
const flagsOfTimes: readonly TimeFlags[] = factTimes.map((_, place) => {
  const present = 8 << (flagsForEachTime * place);
  return { present, usual: present << 1, plainDay: present << 2 };
});

export interface Columns extends Readonly<Record<ColumnName, Uint32Array>> {
  readonly times: readonly Float64Array[];
  readonly targets: Uint32Array;
  readonly edgeTypes: Uint32Array;
  readonly strings: readonly string[];
}

/** All of it, undefined when it does not add up. */
export function readColumns(section: Section): Columns | undefined {
  const read = section.read(0, section.length);
  // They stand in memory as in the file: Bun runs on machines that have the low byte first.
  const bytes = read.byteOffset % 8 === 0 ? read : read.slice();
  const { buffer, byteOffset } = bytes;
  if (bytes.length < columnsHeaderLength) return undefined;
  const [count = 0, edgeCount = 0, stringsLength = 0] = new Uint32Array(buffer, byteOffset, 3);
  const numbersLength = count * (8 * factTimes.length + 4 * columnNames.length) + 8 * edgeCount;
  if (columnsHeaderLength + numbersLength + stringsLength !== bytes.length) return undefined;
  let at = byteOffset + columnsHeaderLength;
  const times = factTimes.map(() => {
    const column = new Float64Array(buffer, at, count);
    at += 8 * count;
    return column;
  });
  const nextColumn = (length: number): Uint32Array => {
    const column = new Uint32Array(buffer, at, length);
    at += 4 * length;
    return column;
  };
  return {
    times,
    flags: nextColumn(count),
    status: nextColumn(count),
    type: nextColumn(count),
    priority: nextColumn(count),
    assignee: nextColumn(count),
    labels: nextColumn(count),
    parent: nextColumn(count),
    end: nextColumn(count),
    targets: nextColumn(edgeCount),
    edgeTypes: nextColumn(edgeCount),
    strings: JSON.parse(decoder.decode(bytes.subarray(at - byteOffset))),
  };
}

export const columnsHeaderLength = 16;
