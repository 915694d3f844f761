import type { Screen } from "./style";

export interface Column<Row> {
  /** "" where all columns speak for themselves. */
  readonly heading: string;
  /** Escaped already: what is measured here is what the terminal shows. */
  cell(row: Row): string;
  /** Applied after padding, so that colours do not count as width. */
  paint?(cell: string, row: Row): string;
  /** Gives way when the table is wider than the screen; of several the widest first. */
  readonly isFlexible?: true;
  /** Left out on a screen on which the flexible ones could say next to nothing; the last such column first. */
  readonly isDispensable?: true;
}

const gap = "  ";
const narrowestFlexible = 10;
/** With less than this the title of an issue says nothing. */
const usefulFlexible = 20;

/** Rows under headings, unless all of these are empty; as wide as they need and no wider than the screen. Ends with a line end unless there are no rows. */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  screen: Screen,
): string {
  if (rows.length === 0) return "";
  const shown = fitColumns(
    columns.map((column) => filledColumn(column, rows)),
    screen.width,
  );
  const headings = shown
    .map(({ column, width }) => fit(column.heading, width))
    .join(gap)
    .trimEnd();
  const lines = headings === "" ? [] : [screen.style.dim(headings)];
  rows.forEach((row, index) => {
    const painted = shown.map(({ column, cells, width }, at) => {
      const isLast = at === shown.length - 1;
      const text = cells[index] ?? "";
      const cell = isLast ? cut(text, width) : fit(text, width);
      return column.paint === undefined ? cell : column.paint(cell, row);
    });
    lines.push(painted.join(gap).trimEnd());
  });
  return `${lines.join("\n")}\n`;
}

/** `text` in at most `width` columns, with an ellipsis where something was cut off; no character that is put together is cut in two. */
export function cut(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text;
  let kept = Bun.sliceAnsi(text, 0, width - 1);
  // What begins in the last column and is two columns wide comes along.
  for (let end = width - 2; Bun.stringWidth(kept) > width - 1 && end >= 0; end--)
    kept = Bun.sliceAnsi(text, 0, end);
  return `${kept}…`;
}

/** A column with what stands in it. */
interface Filled<Row> {
  readonly column: Column<Row>;
  readonly cells: readonly string[];
  readonly width: number;
}

function filledColumn<Row>(column: Column<Row>, rows: readonly Row[]): Filled<Row> {
  const cells = rows.map((row) => column.cell(row));
  const width = cells.reduce(
    (widest, cell) => Math.max(widest, Bun.stringWidth(cell)),
    Bun.stringWidth(column.heading),
  );
  return { column, cells, width };
}

function fitColumns<Row>(columns: readonly Filled<Row>[], screenWidth: number): readonly Filled<Row>[] {
  const dispensable = columns.findLastIndex(({ column }) => column.isDispensable);
  const least = totalWidth(
    columns.map(({ column, width }) => (column.isFlexible ? Math.min(width, usefulFlexible) : width)),
  );
  if (least > screenWidth && dispensable !== -1)
    return fitColumns(columns.toSpliced(dispensable, 1), screenWidth);
  const widths = columns.map(({ width }) => width);
  for (let excess = totalWidth(widths) - screenWidth; excess > 0; excess--) {
    const widest = widestFlexible(columns, widths);
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return columns.map((column, at) => ({ ...column, width: widths[at] ?? 0 }));
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1);
}

/** -1 when none can give way any further. */
function widestFlexible<Row>(columns: readonly Filled<Row>[], widths: readonly number[]): number {
  let widest = -1;
  columns.forEach(({ column }, at) => {
    const width = widths[at] ?? 0;
    if (column.isFlexible && width > narrowestFlexible && width > (widths[widest] ?? 0)) widest = at;
  });
  return widest;
}

function fit(text: string, width: number): string {
  const shown = cut(text, width);
  return shown + " ".repeat(Math.max(0, width - Bun.stringWidth(shown)));
}
