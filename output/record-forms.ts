import type { JsonObject, JsonValue } from "../model/json";
import { cellText } from "./cell";
import { formatCsv } from "./csv";
import { escapeJson } from "./escape";
import type { RecordFormat } from "./format";
import type { Result, ShownFields } from "./result";
import { formatRobot } from "./robot";

/** An answer as lines of records, or as TOON. All of it is made from the document of `--json`. */
export async function renderRecords(result: Result, format: RecordFormat): Promise<string> {
  const document = result.data();
  if (format === "toon") {
    const { formatToon } = await import("./toon");
    // Where the records are others than those of the document, the document says it all in its own way.
    return formatToon(result.records === undefined ? briefDocument(document, result.fields) : document);
  }
  const found = recordsOf(document);
  const { noun, records } = result.records === undefined ? found : { ...found, records: result.records() };
  if (format === "jsonl") return records.map((record) => `${escapeJson(JSON.stringify(record))}\n`).join("");
  const folded = records.map((record) => (isObject(record) ? record : { value: record }));
  const rows = folded.map(unfolded);
  const fields = result.fields ?? { added: keysBesideIssue(folded) };
  const columns = columnsOf(noun, rows, format === "csv" ? csvColumns : robotColumns, fields);
  return format === "csv" ? formatCsv(columns, rows) : formatRobot(columns, rows);
}

/** What an issue is in a table, and in what order: the name last, or rather what scripts cut out first. */
const csvColumns = [
  "id",
  "title",
  "status",
  "priority",
  "issue_type",
  "assignee",
  "created_at",
  "updated_at",
] as const;
const robotColumns = [
  "id",
  "status",
  "priority",
  "issue_type",
  "title",
  "assignee",
  "created_at",
  "updated_at",
] as const;

/** What an agent needs to pick an issue; `show` tells the rest. */
const briefColumns = ["id", "title", "status", "priority", "issue_type", "assignee"] as const;

interface Records {
  /** The key of the list; undefined: the document is the one record. */
  readonly noun?: string;
  readonly records: readonly JsonValue[];
}

/** A list comes in an envelope that says how many there are. */
function recordsOf(document: JsonValue): Records {
  if (Array.isArray(document)) return { records: document };
  if (!isObject(document) || !("total" in document)) return { records: [document] };
  for (const [noun, records] of Object.entries(document))
    if (Array.isArray(records)) return { noun, records };
  return { records: [document] };
}

/** A record that holds an issue, and what is said about it, is one row of a table. */
function unfolded(record: JsonObject): JsonObject {
  const key = issueKey(record);
  if (key === undefined) return record;
  const { [key]: issue, ...about } = record;
  return issue !== undefined && isObject(issue) ? { ...issue, ...about } : record;
}

function keysBesideIssue(records: readonly JsonObject[]): string[] {
  const beside = records.flatMap((record) => {
    const key = issueKey(record);
    return key === undefined ? [] : Object.keys(record).filter((other) => other !== key);
  });
  return [...new Set(beside)];
}

function issueKey(record: JsonObject): string | undefined {
  return Object.keys(record).find((key) => {
    const value = record[key];
    return value !== undefined && isObject(value) && isIssue(value);
  });
}

function columnsOf(
  noun: string | undefined,
  rows: readonly JsonObject[],
  issueColumns: readonly string[],
  fields: ShownFields,
): readonly string[] {
  if (fields.chosen !== undefined) return fields.chosen;
  const areIssues = rows.length === 0 ? noun === "issues" : rows.every(isIssue);
  if (areIssues) return [...issueColumns, ...fields.added];
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function isIssue(row: JsonObject): boolean {
  return ["id", "title", "status", "issue_type"].every((key) => key in row);
}

/**
 * A list of issues with few keys, each issue with the same ones: then it is a table, in which no key is written twice. What the
 * command adds comes along, lists of ids as one cell.
 */
function briefDocument(document: JsonValue, fields: ShownFields | undefined): JsonValue {
  const { noun, records } = recordsOf(document);
  if (fields === undefined || noun === undefined || !isObject(document)) return document;
  const rows = records.filter(isObject);
  const wanted = fields.chosen ?? [...briefColumns, ...fields.added];
  const keys = wanted.filter((key) => rows.some((row) => key in row));
  const isBrief = fields.chosen === undefined;
  const brief = rows.map((row): JsonObject => {
    const cells = keys.map((key): [string, JsonValue] => {
      const value = row[key] ?? null;
      return [key, isBrief && Array.isArray(value) ? cellText(value) : value];
    });
    return Object.fromEntries(cells);
  });
  return { ...document, [noun]: brief };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
