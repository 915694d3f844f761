import type { Spread } from "../statistics";

/** Three digits are enough for a reader. */
export function shortNumber(value: number): string {
  if (Number.isNaN(value)) return "-";
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en-US");
  if (size >= 100) return value.toFixed(0);
  return value.toFixed(size >= 10 ? 1 : 2);
}

export function spreadText(spread: Spread | undefined, unit = ""): string {
  if (spread === undefined) return "not measured";
  const { median, lower, upper, samples } = spread;
  const middle = `${shortNumber(median)}${unit}`;
  return samples < 2 ? middle : `${middle} (${shortNumber(lower)} to ${shortNumber(upper)})`;
}

export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

export function bytesText(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? value : shortNumber(value)} ${units[unit]}`;
}

/** A table whose columns are as wide as their widest cell, as the formatter wants it. */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(3, cell.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)].join(
    "\n",
  );
}
