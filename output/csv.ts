import type { JsonObject, JsonValue } from "../model/json";
import { cellText, valueAt } from "./cell";
import { escapeCell } from "./escape";

/**
 * RFC 4180 with line feeds, as other tools of the shell write it: a line of names, then a line for each record. A cell that a
 * spreadsheet would take for a formula gets an apostrophe in front, and so does one that begins with apostrophes and then such a
 * character: whoever takes one apostrophe away from `'=`, `''=` and so on has the text as it was.
 */
export function formatCsv(columns: readonly string[], records: readonly JsonObject[]): string {
  if (columns.length === 0) return "";
  const names = columns.map((name) => csvCell(name));
  const lines = [names, ...records.map((record) => columns.map((key) => csvCell(valueAt(record, key))))];
  return lines.map((cells) => `${cells.join(",")}\n`).join("");
}

function csvCell(value: JsonValue | undefined): string {
  const text = escapeCell(cellText(value));
  const isFormula = typeof value !== "number" && formula.test(text) && !numeric.test(text);
  return quoted(isFormula ? `'${text}` : text);
}

/** What spreadsheets begin a formula with, the wide forms of East Asian keyboards among them. */
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;
const numeric = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;

function quoted(text: string): string {
  return /[",\n\r]/.test(text) || /^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
