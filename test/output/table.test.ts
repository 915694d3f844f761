import { describe, expect, test } from "bun:test";
import { colourStyle, plainStyle, type Screen, type ScreenFacts, screenFor } from "../../output/style";
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

function screenOf(facts: Partial<ScreenFacts>): Screen {
  return screenFor({ isTerminal: true, env: {}, isColourWanted: true, measure: () => undefined, ...facts });
}

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
      { heading: "ID", cell: (row) => row.id, paint: (cell) => colourStyle().red(cell) },
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
    expect(screenOf({}).style).toBe(colourStyle());
    expect(screenOf({ env: { NO_COLOR: "" } }).style).toBe(colourStyle());
    expect(screenOf({ isTerminal: false, env: { CLICOLOR_FORCE: "1" } }).style).toBe(colourStyle());
    for (const plain of [
      screenOf({ isTerminal: false }),
      screenOf({ env: { NO_COLOR: "1" } }),
      screenOf({ env: { CLICOLOR: "0" } }),
      screenOf({ env: { NO_COLOR: "1", CLICOLOR_FORCE: "1" } }),
      screenOf({ isTerminal: false, env: { CLICOLOR_FORCE: "0" } }),
      screenOf({ env: { TERM: "dumb" } }),
      screenOf({ isColourWanted: false }),
    ]) {
      expect(plain.style).toBe(plainStyle);
    }
  });

  test("takes its width from COLUMNS when that is a sensible number", () => {
    expect(screenOf({ env: { COLUMNS: "132" } }).width).toBe(132);
    for (const columns of [undefined, "", "wide", "-5", "0"])
      expect(screenOf({ env: { COLUMNS: columns } }).width).toBe(80);
  });

  test("asks the terminal otherwise, once and only for its width; a pipe is never asked", () => {
    let questions = 0;
    const measure = () => {
      questions++;
      return 200;
    };
    const terminal = screenOf({ measure });
    expect([terminal.style, questions]).toEqual([colourStyle(), 0]);
    expect([terminal.width, terminal.width, questions]).toEqual([200, 200, 1]);
    expect(screenOf({ measure, env: { COLUMNS: "90" } }).width).toBe(90);
    expect(screenOf({ measure, isTerminal: false }).width).toBe(80);
    expect(questions).toBe(1);
    expect(screenOf({ measure: () => 3 }).width).toBe(20);
  });
});
