import type { Screen } from "./style";

export interface Column<Row> {
  readonly heading: string;
  /** Escaped already: what is measured here is what the terminal shows. */
  cell(row: Row): string;
  /** Applied after padding, so that colours do not count as width. */
  paint?(cell: string, row: Row): string;
  /** The one column that gives way when the table is wider than the screen. */
  readonly isFlexible?: true;
}

const gap = "  ";
const narrowestFlexible = 10;

/** Rows under headings, as wide as they need and no wider than the screen. Ends with a line end unless there are no rows. */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  screen: Screen,
): string {
  if (rows.length === 0) return "";
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const widths = columnWidths(columns, cells, screen.width);
  const headings = columns.map((column, at) => fit(column.heading, widths[at] ?? 0));
  const lines = [screen.style.dim(headings.join(gap).trimEnd())];
  rows.forEach((row, index) => {
    const painted = columns.map((column, at) => {
      const isLast = at === columns.length - 1;
      const text = cells[index]?.[at] ?? "";
      const cell = isLast ? cut(text, widths[at] ?? 0) : fit(text, widths[at] ?? 0);
      return column.paint === undefined ? cell : column.paint(cell, row);
    });
    lines.push(painted.join(gap).trimEnd());
  });
  return `${lines.join("\n")}\n`;
}

/** `text` in at most `width` columns, with an ellipsis where something was cut off. */
export function cut(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const character of text) {
    const next = Bun.stringWidth(character);
    if (used + next > width - 1) break;
    kept += character;
    used += next;
  }
  return `${kept}…`;
}

function fit(text: string, width: number): string {
  const shown = cut(text, width);
  return shown + " ".repeat(Math.max(0, width - Bun.stringWidth(shown)));
}

function columnWidths<Row>(
  columns: readonly Column<Row>[],
  cells: readonly string[][],
  screenWidth: number,
): number[] {
  const widths = columns.map((column, at) =>
    cells.reduce(
      (widest, row) => Math.max(widest, Bun.stringWidth(row[at] ?? "")),
      Bun.stringWidth(column.heading),
    ),
  );
  const total = widths.reduce((sum, width) => sum + width, 0) + gap.length * (columns.length - 1);
  const flexible = columns.findIndex((column) => column.isFlexible);
  if (total > screenWidth && flexible !== -1) {
    const width = widths[flexible] ?? 0;
    widths[flexible] = Math.max(Math.min(width, narrowestFlexible), width - (total - screenWidth));
  }
  return widths;
}
