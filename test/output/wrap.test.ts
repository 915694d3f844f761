import { describe, expect, test } from "bun:test";
import { blankScreen, plainStyle, type Screen } from "../../output/style";
import { hanging, indented, wrapLine } from "../../output/wrap";

const screen = (width: number): Screen => ({ isTerminal: true, width, style: plainStyle });

describe("a line that is too long", () => {
  test("goes on in the next one, between words", () => {
    expect(wrapLine("one two three four five", 12)).toEqual(["one two", "three four", "five"]);
    expect(wrapLine("short", 12)).toEqual(["short"]);
  });

  test("counts what is wide twice and what is put together once", () => {
    expect(wrapLine("漢字 漢字 漢字 漢字", 12)).toEqual(["漢字 漢字", "漢字 漢字"]);
    expect(wrapLine("👩‍💻 👩‍💻 👩‍💻 👩‍💻 👩‍💻", 11)).toEqual(["👩‍💻 👩‍💻 👩‍💻 👩‍💻", "👩‍💻"]);
    expect(wrapLine("é́é́é́é́ é́é́é́é́ é́é́é́é́", 12)).toEqual(["é́é́é́é́ é́é́é́é́", "é́é́é́é́"]);
  });

  test("hangs below its first word, behind the mark of a list; a quotation is marked on each line", () => {
    expect(wrapLine("  - one two three four five", 16)).toEqual([
      "  - one two",
      "    three four",
      "    five",
    ]);
    expect(wrapLine("10. one two three four", 16)).toEqual(["10. one two", "    three four"]);
    expect(wrapLine("> one two three four", 14)).toEqual(["> one two", "> three four"]);
  });

  test("keeps a word that is longer than the line whole, and is left alone where there is no room at all", () => {
    const address = `https://example.com/${"a".repeat(40)}`;
    expect(wrapLine(`see ${address} there`, 20)).toEqual(["see", address, "there"]);
    expect(wrapLine(`${" ".repeat(15)}one two three`, 20)).toHaveLength(1);
  });
});

describe("a text", () => {
  test("is indented and wrapped on a terminal, but for code between fences", () => {
    const text = "one two three four\n\n```\n\tcode that is long enough\n```\nfive six seven eight";
    expect(indented(text, "  ", screen(20))).toBe(
      "  one two three four\n\n  ```\n      code that is long enough\n  ```\n  five six seven\n  eight",
    );
  });

  test("is only indented in a pipe", () => {
    const text = `${"long ".repeat(40)}end\n\tx`;
    expect(indented(text, "  ", blankScreen)).toBe(`  ${"long ".repeat(40)}end\n  \tx`);
  });
});

test("a sentence goes on further to the right, with its colours; in a pipe it stays one line", () => {
  const line = "bd-a is ready: it waits for nothing";
  expect(hanging(line, 2, screen(20))).toBe("bd-a is ready: it\n  waits for nothing");
  expect(hanging(line, 2, blankScreen)).toBe(line);
  const coloured = `\u001b[1m${line}\u001b[22m`;
  const lines = hanging(coloured, 2, screen(20)).split("\n");
  expect(lines.map((each) => Bun.stripANSI(each))).toEqual(["bd-a is ready: it", "  waits for nothing"]);
});
