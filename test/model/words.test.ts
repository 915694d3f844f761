import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fold } from "../../model/fold";
import { parseIssue } from "../../model/issue-json";
import { parseSearch, searchedFields, searchedTexts, searchIssue } from "../../model/search";
import { eachWord, wordPieces } from "../../model/words";
import { anyQuery, anySearchedLine, searchedIds } from "./searched-issues";

describe("words", () => {
  test.each([
    ["login page", ["login", "page"]],
    ["bd-x1y2, e.g. snake_case", ["bd", "x1y2", "e", "g", "snake", "case"]],
    ["登录页 ok", ["登", "录", "页", "ok"]],
    ["한글", ["한글".normalize("NFKD")]],
    ["→ 😀 — …", []],
    ["a😀b", ["a", "b"]],
  ])("%s", (text, words) => {
    expect(wordsIn(fold(text))).toEqual(words);
  });

  test.each([
    [["login"], ["login"]],
    [["login page"], ["login|", "|page"]],
    [["x-login-y"], ["x|", "|login|", "|y"]],
    [["-login"], ["|login"]],
    [["登录"], ["|登|", "|录|"]],
    [["->", "😀"], []],
  ])("%p are looked for as %p", (terms, pieces) => {
    const shown = wordPieces(terms).map((piece) => new TextDecoder().decode(piece).replaceAll("\n", "|"));
    expect(shown).toEqual(pieces);
  });

  test("of an issue that a search finds hold every piece of its terms", () => {
    const anyId = fc.constantFrom(...searchedIds);
    fc.assert(
      fc.property(anyId, anySearchedLine, anyQuery, fc.nat(), (id, lineOf, text, cut) => {
        const issue = parseIssue(lineOf(id));
        const texts = searchedFields.flatMap((field) => searchedTexts(issue, field));
        const words = Buffer.from(`\n${wordsIn(fold(texts.join("\n"))).join("\n")}\n`);
        // Also what stands there for certain: a part of one of the texts, from any unit on.
        const some = texts[cut % texts.length] ?? "";
        const from = cut % (some.length + 1);
        for (const each of [text, some.slice(from, from + 1 + (cut % 9))]) {
          const query = parseSearch(each);
          if (query === undefined || searchIssue(query, issue) === undefined) continue;
          for (const piece of wordPieces(query.terms)) expect(words.includes(piece)).toBe(true);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

function wordsIn(folded: string): string[] {
  const bytes = new TextEncoder().encode(folded);
  const words: string[] = [];
  eachWord(bytes, (start, end) => words.push(new TextDecoder().decode(bytes.subarray(start, end))));
  return words;
}
