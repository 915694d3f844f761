import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fold, foldedPlaces } from "../../model/fold";
import { fitsGlob } from "../../model/glob";
import { parseIssue } from "../../model/issue-json";
import { compareHits, parseSearch, type SearchHit, searchIssue } from "../../model/search";
import { findSnippet } from "../../model/snippet";
import { plainLine } from "./samples";

function hitOf(query: string, fields: Record<string, unknown>): SearchHit | undefined {
  const wanted = parseSearch(query);
  const { id = "bd-x1y2", ...rest } = fields;
  const line = { ...JSON.parse(plainLine(String(id))), ...rest };
  return wanted === undefined ? undefined : searchIssue(wanted, parseIssue(JSON.stringify(line)));
}

const scoreOf = (query: string, fields: Record<string, unknown>): number => hitOf(query, fields)?.score ?? 0;

describe("a query", () => {
  test.each([
    ["login page", ["login", "page"]],
    ['a "login  page" b', ["a", "login page", "b"]],
    ['"never ends x', ["never ends x"]],
    ['Straße "" ÉTÉ', ["strasse", "ete"]],
    ["same same", ["same"]],
    ["  ", undefined],
    ['""', undefined],
  ])("%s", (text, terms) => {
    expect(parseSearch(text)?.terms).toEqual(terms as string[]);
  });
});

describe("an issue is found", () => {
  test.each([
    ["T", {}, ["title"]],
    ["crash login", { title: "Crash", description: "at Login" }, ["title", "description"]],
    ["ogi", { title: "login" }, ["title"]],
    ["resume", { title: "Le Résumé" }, ["title"]],
    ["ὈΔΥΣΣΕΎΣ", { notes: "Ὀδυσσεύς" }, ["notes"]],
    ['"login page"', { design: "the login\n  page" }, ["design"]],
    ["gh-7", { external_ref: "gh-7" }, ["external_ref"]],
    ["ann", { assignee: "Ann" }, ["assignee"]],
    ["ui", { labels: ["a", "ui"] }, ["labels"]],
    ["works", { acceptance_criteria: "It works" }, ["acceptance_criteria"]],
    ["dup", { status: "closed", close_reason: "duplicate" }, ["close_reason"]],
    [
      "agree",
      { comments: [{ author: "b", text: "I agree", created_at: "2026-01-01T00:00:00Z" }] },
      ["comments"],
    ],
    ["x1y", {}, ["id"]],
    ["bd-x1", {}, ["id"]],
  ])("%s", (query, fields, found) => {
    expect(hitOf(query, fields)?.fields).toEqual(found as SearchHit["fields"]);
  });

  test.each([
    ["crash login", { title: "crash" }],
    ['"login page"', { title: "page login" }],
    ['"login page"', { labels: ["login", "page"] }],
    ["bd", {}],
    ["bd-", {}],
    ["1y2", {}],
  ])("and not by %s", (query, fields) => {
    expect(hitOf(query, fields)).toBeUndefined();
  });
});

describe("the order", () => {
  test("an exact id, with its prefix or without, comes before everything", () => {
    const everywhere = { id: "bd-zzzz", title: "x1y2 x1y2", description: "x1y2", labels: ["x1y2"] };
    expect(scoreOf("x1y2", {})).toBeGreaterThan(scoreOf("x1y2", everywhere));
    expect(scoreOf("BD-X1Y2", {})).toBe(scoreOf("x1y2", {}));
  });

  test("a part of a word in the title comes before whole words in all the texts below it", () => {
    const texts = Object.fromEntries(
      ["description", "design", "acceptance_criteria", "notes"].map((field) => [field, "one two"]),
    );
    expect(scoreOf("one two", { title: "zones untwotwo" })).toBeGreaterThan(scoreOf("one two", texts));
  });

  test("the whole word comes before its beginning, and that before its middle", () => {
    const scores = ["a log", "a login", "a blog"].map((title) => scoreOf("log", { title }));
    expect(scores).toEqual(scores.toSorted((left, right) => right - left));
    expect(new Set(scores).size).toBe(3);
    expect(scoreOf("log", { title: "blog log" })).toBe(scoreOf("log", { title: "a log" }));
  });

  test("words side by side count more than the same words apart", () => {
    expect(scoreOf("login page", { title: "login page" })).toBeGreaterThan(
      scoreOf("login page", { title: "page of login" }),
    );
  });

  test("of equal ones the live, the urgent, the latest changed come first, then the id decides", () => {
    const hits = [
      { id: "bd-0005", status: "closed", closed_at: "2026-01-01T00:00:00Z", priority: 0 },
      { id: "bd-0004" },
      { id: "bd-0003" },
      { id: "bd-0002", updated_at: "2026-02-01T00:00:00Z" },
      { id: "bd-0001", priority: 1 },
    ].flatMap((fields) => hitOf("T", fields) ?? []);
    const ids = hits.toSorted(compareHits).map(({ issue }) => issue.id);
    expect(ids).toEqual(["bd-0001", "bd-0002", "bd-0003", "bd-0004", "bd-0005"]);
  });
});

describe("a snippet", () => {
  test("is the line around the first place, cut at words, with every place marked", () => {
    const text = `${"before ".repeat(30)}the needle\nand another needle ${"after ".repeat(30)}`;
    const snippet = findSnippet(text, ["needle"], 60);
    expect(snippet?.text).toMatch(/^…before .*the needle and another needle after.*after…$/);
    expect(snippet?.marks.map(([from, to]) => snippet.text.slice(from, to))).toEqual(["needle", "needle"]);
  });

  test("marks what was written, whatever it was folded to", () => {
    const marked = (text: string, term: string) => {
      const snippet = findSnippet(text, [fold(term)], 40);
      return snippet?.marks.map(([from, to]) => snippet.text.slice(from, to));
    };
    expect(marked("die Straße da", "strasse")).toEqual(["Straße"]);
    expect(marked("die Straße da", "ras")).toEqual(["raß"]);
    expect(marked("re\u0301sume\u0301!", "resume")).toEqual(["re\u0301sume\u0301"]);
    expect(marked("a ﬁle 😀 x", "file 😀")).toEqual(["ﬁle 😀"]);
    expect(findSnippet("nothing", ["x"], 40)).toBeUndefined();
  });

  test("of any text marks pieces that fold to text with the term in it, and never breaks a character", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }),
        (text, word) => {
          const term = fold(word).trim().replace(/\s+/g, " ");
          if (term === "") return;
          const snippet = findSnippet(`${text} ${word} ${text}`, [term], 20);
          for (const [from, to] of snippet?.marks ?? [])
            expect(fold(snippet?.text.slice(from, to) ?? "")).toContain(term);
          expect(snippet?.text.isWellFormed() ?? true).toBe(true);
        },
      ),
    );
  });
});

test("folding a text is folding its characters, and says where each comes from", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const folded = fold(text);
      expect(folded).toBe([...text].map(fold).join(""));
      expect(fold(folded)).toBe(folded);
      expect(foldedPlaces(text)).toHaveLength(folded.length + 1);
    }),
  );
});

test("a glob fits as a pattern of the shell does, and takes no longer for many stars", () => {
  const fitting = [
    ["area-*", "area-ui"],
    ["*", ""],
    ["a?c", "abc"],
    ["*b*", "abc"],
    ["a*b*c", "a-b-b-c"],
  ] as const;
  for (const [pattern, text] of fitting) expect([pattern, fitsGlob(text, pattern)]).toEqual([pattern, true]);
  const others = [
    ["area-*", "my-area-ui"],
    ["a?c", "ac"],
    ["", "a"],
    ["a*b", "a-b-c"],
    ["[a]", "a"],
  ] as const;
  for (const [pattern, text] of others) expect([pattern, fitsGlob(text, pattern)]).toEqual([pattern, false]);
  expect(fitsGlob("a".repeat(20_000), `${"*a".repeat(50)}*b`)).toBe(false);
});
