import type { JsonObject } from "../model/json";
import { cellText } from "./cell";
import { escapeText } from "./escape";
import type { Screen } from "./style";
import { type Column, formatTable } from "./table";

/** The chosen keys of issues: a table on a terminal, as one plain line each in a pipe. */
export function formatFields(fields: readonly string[], rows: readonly JsonObject[], screen: Screen): string {
  const cell = (row: JsonObject, field: string) => escapeText(cellText(row[field]));
  if (!screen.isTerminal)
    return rows.map((row) => `${fields.map((field) => cell(row, field) || "-").join("  ")}\n`).join("");
  const flexible = fields.find((field) => longFields.has(field));
  const columns = fields.map(
    (field): Column<JsonObject> => ({
      heading: field.replaceAll("_", " ").toUpperCase(),
      cell: (row) => cell(row, field),
      ...(field === flexible ? { isFlexible: true } : {}),
    }),
  );
  return formatTable(columns, rows, screen);
}

/** The first of these gives way on a narrow screen. */
const longFields: ReadonlySet<string> = new Set([
  "description",
  "design",
  "acceptance_criteria",
  "notes",
  "dependencies",
  "metadata",
  "title",
]);
