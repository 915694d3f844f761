import { describe, expect, test } from "bun:test";
import { BzError } from "../../model/errors";
import { formatBdErrors } from "../../output/bd-errors";
import { formatError } from "../../output/errors";
import { exitCodeOf, exitCodeOfAll } from "../../output/exit-code";
import { formatErrors, formatWarning, renderData, renderTalk } from "../../output/render";
import type { Result } from "../../output/result";
import { formatSize } from "../../output/size";
import { blankScreen, plainStyle } from "../../output/style";

const missing = new BzError("NOT_FOUND", 'there is no issue "x"', { hint: "look", context: { id: "x" } });

const result: Result = {
  data: () => ({ a: 1 }),
  text: () => "text\n",
  ids: ["bd-1", "bd-2"],
  notes: ["a note"],
  warnings: ["careful"],
  failures: [missing],
};

describe("a result", () => {
  test("is its document, its ids or its text", async () => {
    expect(await renderData(result, "json", blankScreen)).toBe('{"a":1}\n');
    expect(await renderData(result, "ids", blankScreen)).toBe("bd-1\nbd-2\n");
    expect(await renderData(result, "text", blankScreen)).toBe("text\n");
    expect(await renderData({ data: result.data, text: result.text }, "ids", blankScreen)).toBe("text\n");
  });

  test("talks on stderr: warnings always, notes beside text, failures unless the document names them", () => {
    expect(renderTalk(result, "text", plainStyle)).toBe(
      'warning: careful\na note\nerror: there is no issue "x"\nhint: look\n',
    );
    expect(renderTalk(result, "ids", plainStyle)).toBe(
      'warning: careful\nerror: there is no issue "x"\nhint: look\n',
    );
    expect(renderTalk(result, "json", plainStyle)).toBe("warning: careful\n");
  });
});

describe("an error", () => {
  test("is a sentence and a hint, or one document with all five keys", () => {
    expect(formatError(missing, "text", plainStyle)).toBe('error: there is no issue "x"\nhint: look\n');
    expect(JSON.parse(formatError(missing, "json", plainStyle))).toEqual({
      error: {
        code: "NOT_FOUND",
        message: 'there is no issue "x"',
        hint: "look",
        retryable: false,
        context: { id: "x" },
      },
    });
    const bare = new BzError("LOCK_TIMEOUT", "waited");
    expect(JSON.parse(formatError(bare, "json", plainStyle)).error).toMatchObject({
      hint: null,
      retryable: true,
    });
  });

  test("is one line, so that stored text cannot pass for a hint", () => {
    const error = new BzError("CLAIMED", "x is held by eve\nhint: delete it", { hint: "or\r\nelse" });
    expect(formatError(error, "text", plainStyle)).toBe(
      "error: x is held by eve\\nhint: delete it\nhint: or\\r\\nelse\n",
    );
    expect(formatWarning("careful\nerror: no", plainStyle)).toBe("warning: careful\\nerror: no\n");
  });

  test("repeats the beginning and the end of what it refuses, not a whole file", () => {
    const long = `"${"x".repeat(100_000)}" cannot be a label`;
    const error = new BzError("INVALID", long, {
      hint: long,
      context: { text: long, nearest: [long] },
      excerpt: { text: long, at: 1, length: 100_000 },
    });
    for (const format of ["text", "json"] as const) {
      const said = formatError(error, format, plainStyle);
      expect(said.length).toBeLessThan(4096 + 2048);
      expect(said).toContain("cannot be a label");
      expect(said).toContain(" … ");
    }
  });

  test("is one of a hundred at most, and then the count of the others is told", () => {
    const many = Array.from(
      { length: 60_000 },
      (_, at) => new BzError("NOT_FOUND", `there is no issue "${at}"`),
    );
    const said = renderTalk({ ...result, warnings: [], notes: [], failures: many }, "text", plainStyle);
    expect(said.split("\n").slice(98)).toEqual([
      'error: there is no issue "98"',
      'error: there is no issue "99"',
      "error: 59900 more errors; these are the first 100 of 60000",
      "",
    ]);
    const documents = formatErrors(many, "jsonl", plainStyle).trimEnd().split("\n");
    expect(documents).toHaveLength(101);
    expect(JSON.parse(documents[100] ?? "").error).toMatchObject({
      code: "NOT_FOUND",
      context: { total: 60_000, unlisted: 59_900 },
    });
    expect(formatErrors(many.slice(0, 100), "text", plainStyle).split("\n")).toHaveLength(101);
    const bd = JSON.parse(formatBdErrors(many));
    expect(bd.details).toHaveLength(100);
    expect(bd.error).toEndWith("; 59900 more errors; these are the first 100 of 60000");
    expect(JSON.stringify(bd).length).toBeLessThan(8192);
  });

  test("says how long a list is that it cuts", () => {
    const error = new BzError("INVALID", "no", { context: { failures: Array(250).fill("x"), few: ["y"] } });
    const { context } = JSON.parse(formatError(error, "json", plainStyle)).error;
    expect(context).toEqual({ failures: Array(100).fill("x"), few: ["y"], failures_total: 250 });
  });

  test("cannot smuggle control characters into a terminal", () => {
    const error = new BzError("NOT_FOUND", "no issue \u001b[2J");
    expect(formatError(error, "text", plainStyle)).toBe("error: no issue \\x1b[2J\n");
  });

  test("has the exit code of its kind", () => {
    const codes = { USAGE: 1, CORRUPT: 2, LOCK_TIMEOUT: 3, VERSION_MISMATCH: 4, NOTHING_READY: 5 } as const;
    for (const code of ["USAGE", "CORRUPT", "LOCK_TIMEOUT", "VERSION_MISMATCH", "NOTHING_READY"] as const) {
      expect(exitCodeOf(new BzError(code, "x"))).toBe(codes[code]);
    }
  });

  test("among several decides by what can never be done", () => {
    expect(exitCodeOfAll([])).toBe(0);
    expect(exitCodeOfAll([new BzError("VERSION_MISMATCH", "x")])).toBe(4);
    expect(exitCodeOfAll([new BzError("VERSION_MISMATCH", "x"), missing])).toBe(1);
  });
});

describe("a size", () => {
  test("has the unit that people expect", () => {
    expect([0, 999, 1500, 12_345, 4_200_000, 1e15].map(formatSize)).toEqual([
      "0 B",
      "999 B",
      "1.5 KB",
      "12 KB",
      "4.2 MB",
      "1000000 GB",
    ]);
  });
});
