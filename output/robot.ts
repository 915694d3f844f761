import type { JsonObject } from "../model/json";
import { cellText, valueAt } from "./cell";
import { escapeText } from "./escape";

/**
 * One record a line, its cells between tabs, without a line of names: for `cut`, `awk` and `read`. A backslash in a cell is doubled,
 * so that `\t` and `\n` stand for a tab and a line end and nothing else.
 */
export function formatRobot(columns: readonly string[], records: readonly JsonObject[]): string {
  return records
    .map((record) => `${columns.map((key) => robotCell(cellText(valueAt(record, key)))).join("\t")}\n`)
    .join("");
}

function robotCell(text: string): string {
  return escapeText(text.replaceAll("\\", "\\\\"));
}
