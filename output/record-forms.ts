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
    return formatToon(briefDocument(document, result.fields));
  }
  const found = recordsOf(document);
  const { noun, records } = result.records === undefined ? found : { ...found, records: result.records() };
  if (format === "jsonl") return records.map((record) => `${escapeJson(JSON.stringify(record))}\n`).join("");
  const rows = records.map((record) => (isObject(record) ? record : { value: record }));
  const columns = columnsOf(noun, rows, format === "csv" ? csvColumns : robotColumns, result.fields);
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

function columnsOf(
  noun: string | undefined,
  rows: readonly JsonObject[],
  issueColumns: readonly string[],
  fields: ShownFields | undefined,
): readonly string[] {
  if (fields?.chosen !== undefined) return fields.chosen;
  const areIssues = rows.length === 0 ? noun === "issues" : rows.every(isIssue);
  if (areIssues) return [...issueColumns, ...(fields?.added ?? [])];
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
