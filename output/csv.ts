import type { JsonObject, JsonValue } from "../model/json";
import { cellText, valueAt } from "./cell";
import { escapeUnit } from "./escape";

/**
 * RFC 4180 with line feeds, as other tools of the shell write it: a line of names, then a line for each record. A cell that a
 * spreadsheet would take for a formula gets an apostrophe in front, and so does one that begins with apostrophes and then such a
 * character: whoever takes one apostrophe away from `'=`, `''=` and so on has the text as it was.
 */
export function formatCsv(columns: readonly string[], records: readonly JsonObject[]): string {
  if (columns.length === 0) return "";
  const names = columns.map((name) => csvCell(name));
  const lines = [names, ...records.map((record) => columns.map((key) => csvCell(valueAt(record, key))))];
  // A line without anything in it is no record for many readers.
  return lines.map((cells) => `${cells.join(",") || '""'}\n`).join("");
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

/** What a terminal acts on, line ends and tabs apart; and halves of surrogate pairs, which UTF-8 cannot hold. */
const unsafeInCell =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is what this is for
  /[\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Cs}/gu;

/** Stored text for a cell of a file that is data first: only what a terminal acts on is spelled out, as in JSON. */
export function escapeCell(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(unsafeInCell, escapeUnit);
}
