import { type Fact, nameOf, shown } from "./facts";
import type { Screen } from "./style";
import { wrapLine } from "./wrap";

/** Named values below each other, and beside each other as far as there is room for it. */
export function factColumns(present: readonly Fact[], screen: Screen, mostColumns: number): string[] {
  const nameWidth = Math.max(0, ...present.map(({ name }) => Bun.stringWidth(name) + 1));
  const columns = Math.max(1, Math.min(mostColumns, Math.floor(screen.width / narrowestColumn)));
  const width = Math.floor(screen.width / columns);
  const lines: string[] = [];
  let open = 0;
  for (const fact of present) {
    const length = nameWidth + 1 + Bun.stringWidth(fact.value ?? "");
    const isWide = columns === 1 || length > width - gapColumns;
    const name = nameOf(fact, nameWidth, screen);
    if (isWide) {
      const [first = "", ...others] = wrapLine(fact.value ?? "", screen.width - nameWidth - 1);
      const paint = (line: string) => shown({ ...fact, value: line });
      lines.push(
        `${name} ${paint(first)}`,
        ...others.map((line) => " ".repeat(nameWidth + 1) + paint(line.trimStart())),
      );
      open = 0;
      continue;
    }
    const cell = `${name} ${shown(fact)}`;
    const padded = cell + " ".repeat(width - length);
    if (open > 0) lines.push((lines.pop() ?? "") + padded);
    else lines.push(padded);
    open = (open + 1) % columns;
  }
  return lines.map((line) => line.trimEnd());
}

const narrowestColumn = 40;
const gapColumns = 2;
