import { BzError } from "../model/errors";
import { isJsonObject, type JsonObject } from "../model/json";
import type { StoredRecord } from "../model/record";
import { nearestSpellings } from "../model/spelling";
import type { State } from "../model/state";
import { formatTime } from "../model/time";
import { parseArguments } from "./arguments";
import { type QuerySelection, querySelection } from "./query-arguments";

/** A search under a name. */
export interface SavedQuery {
  readonly name: string;
  readonly description?: string | undefined;
  readonly expression?: string | undefined;
  /** The filters as flags, each a word: `--status=open`. */
  readonly flags: readonly string[];
}

/** What the record of a query holds. */
export function savedText({ description, expression, flags }: Omit<SavedQuery, "name">): string {
  return JSON.stringify({ description, expression, flags });
}

/** @throws BzError NOT_FOUND naming the nearest ones */
export function savedRecord(state: State, name: string): StoredRecord {
  const record = state.record("query", name);
  if (record !== undefined) return record;
  const names = [...state.records("query")].map(({ key }) => key);
  const nearest = nearestSpellings(name, names);
  throw new BzError("NOT_FOUND", `there is no saved query "${name}"`, {
    hint: nearest.length > 0 ? `did you mean ${nearest.join(" or ")}?` : "`bz query list` shows them",
    context: { name, nearest },
  });
}

/** @throws BzError INVALID for one that this bz cannot read */
export function readSaved({ key: name, value }: StoredRecord): SavedQuery {
  const saved = parseJson(value);
  const flags = isJsonObject(saved) ? saved.flags : undefined;
  if (!isJsonObject(saved) || !Array.isArray(flags) || !flags.every((flag) => typeof flag === "string"))
    throw new BzError("INVALID", `the saved query "${name}" is not one that this bz can read`, {
      hint: "it may have been saved by a later version",
      context: { name },
    });
  const { description, expression } = saved;
  return {
    name,
    flags,
    ...(typeof description === "string" ? { description } : {}),
    ...(typeof expression === "string" ? { expression } : {}),
  };
}

/** The filters of a saved query, as they were given. */
export function savedSelection({ flags }: SavedQuery): QuerySelection {
  const { values } = parseArguments("query run", flags, querySelection, {});
  // The parser has just checked the values against the very declarations that the type is made from.
  return values as QuerySelection;
}

/** Filters as flags that are read as the same ones. */
export function flagsOf(selection: QuerySelection): string[] {
  return Object.keys(querySelection).flatMap((key) => {
    const value = Object.entries(selection).find(([name]) => name === key)?.[1];
    if (value === undefined) return [];
    if (value === true) return [`--${key}`];
    return (Array.isArray(value) ? value : [value]).map((one) => `--${key}=${one}`);
  });
}

/** A saved query as the answers hold it. */
export function savedRow(record: StoredRecord): JsonObject {
  const { name, description, expression, flags } = readSaved(record);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(expression === undefined ? {} : { expression }),
    flags: [...flags],
    updated_at: formatTime(record.at),
    ...(record.by === "" ? {} : { updated_by: record.by }),
  };
}

export function queriesDocument(records: readonly StoredRecord[]): JsonObject {
  const { length } = records;
  return { queries: records.map(savedRow), total: length, returned: length, truncated: false };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
