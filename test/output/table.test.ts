import { describe, expect, test } from "bun:test";
import { colourStyle, plainStyle, type Screen, screenFor } from "../../output/style";
import { type Column, cut, formatTable } from "../../output/table";

interface Row {
  readonly id: string;
  readonly title: string;
}

const columns: Column<Row>[] = [
  { heading: "ID", cell: (row) => row.id },
  { heading: "TITLE", cell: (row) => row.title, isFlexible: true },
  { heading: "END", cell: () => "end" },
];

const screen = (width: number): Screen => ({ isTerminal: true, width, style: plainStyle });

describe("a table", () => {
  test("is as wide as its cells", () => {
    expect(formatTable(columns, [{ id: "a", title: "Short" }], screen(80))).toBe(
      "ID  TITLE  END\na   Short  end\n",
    );
  });

  test("cuts the flexible column and no other to fit the screen", () => {
    const text = formatTable(columns, [{ id: "long-id-1", title: "A title that does not fit" }], screen(30));
    expect(text.split("\n")[1]).toBe("long-id-1  A title that …  end");
  });

  test("counts wide characters twice", () => {
    const text = formatTable(
      columns,
      [
        { id: "a", title: "世界" },
        { id: "b", title: "abcde" },
      ],
      screen(80),
    );
    expect(text.split("\n").slice(1, 3)).toEqual(["a   世界   end", "b   abcde  end"]);
    expect(cut("世界世界", 5)).toBe("世界…");
  });

  test("colours after padding", () => {
    const painted: Column<Row>[] = [
      { heading: "ID", cell: (row) => row.id, paint: (cell) => colourStyle.red(cell) },
      { heading: "T", cell: (row) => row.title },
    ];
    const text = formatTable(
      painted,
      [
        { id: "a", title: "x" },
        { id: "abc", title: "y" },
      ],
      screen(80),
    );
    expect(text).toContain("\u001b[31ma  \u001b[39m  x");
  });

  test("without rows is empty", () => {
    expect(formatTable(columns, [], screen(80))).toBe("");
  });
});

describe("a screen", () => {
  test("has colours on a terminal without NO_COLOR, --no-color and TERM=dumb", () => {
    expect(screenFor(true, {}, true).style).toBe(colourStyle);
    expect(screenFor(true, { NO_COLOR: "" }, true).style).toBe(colourStyle);
    for (const plain of [
      screenFor(false, {}, true),
      screenFor(true, { NO_COLOR: "1" }, true),
      screenFor(true, { TERM: "dumb" }, true),
      screenFor(true, {}, false),
    ]) {
      expect(plain.style).toBe(plainStyle);
    }
  });

  test("takes its width from COLUMNS when that is a sensible number", () => {
    expect(screenFor(true, { COLUMNS: "132" }, true).width).toBe(132);
    for (const columns of [undefined, "", "wide", "-5"])
      expect(screenFor(true, { COLUMNS: columns }, true).width).toBe(80);
    expect(screenFor(true, { COLUMNS: "0" }, true).width).toBe(20);
  });
});
