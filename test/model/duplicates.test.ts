import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { findDuplicates } from "../../model/duplicates";
import { parseIssue } from "../../model/issue-json";
import { findSimilarSets } from "../../model/similar-sets";
import { plainLine } from "./samples";

const issueOf = (id: string, title: string, more: Record<string, unknown> = {}) =>
  parseIssue(JSON.stringify({ ...JSON.parse(plainLine(id)), title, ...more }));

const groupsOf = (issues: ReturnType<typeof issueOf>[], threshold?: number) =>
  findDuplicates(issues, threshold).map(({ kind, issues: members }) => [
    kind,
    ...members.map(({ id }) => id),
  ]);

describe("duplicates", () => {
  test("are equal in all texts, or in the title, whatever the spaces and capitals; the oldest comes first", () => {
    const issues = [
      issueOf("a", "Fix  the Login", { description: "x" }),
      issueOf("b", "fix the login ", { description: "X", created_at: "2025-01-01T00:00:00Z" }),
      issueOf("c", "Other"),
      issueOf("d", "other", { design: "more" }),
      issueOf("e", "Alone"),
    ];
    expect(groupsOf(issues)).toEqual([
      ["content", "b", "a"],
      ["title", "c", "d"],
    ]);
  });

  test("are similar from the threshold on, which says how much they have in common", () => {
    const issues = [
      issueOf("a", "The parser crashes on empty input files"),
      issueOf("b", "The parser crashes on empty files"),
      issueOf("c", "Write the documentation"),
    ];
    expect(groupsOf(issues, 0.8)).toEqual([["similar", "a", "b"]]);
    expect(findDuplicates(issues, 0.8)[0]?.similarity).toBe(0.86);
    expect(groupsOf(issues, 0.9)).toEqual([]);
    expect(groupsOf(issues)).toEqual([]);
  });

  test("that hang together through a third are one group, as alike as its weakest bond", () => {
    const title = "one two three four five six seven eight";
    const issues = [
      issueOf("a", `${title} nine`),
      issueOf("b", title),
      issueOf("c", "one two three four five six seven"),
    ];
    expect(findDuplicates(issues, 0.8)).toMatchObject([{ kind: "similar", similarity: 0.88 }]);
    expect(groupsOf(issues, 0.8)).toEqual([["similar", "a", "b", "c"]]);
  });

  test("are not made by a template that all descriptions come from", () => {
    const description = Array.from({ length: 60 }, (_, at) => `word${at}`).join(" ");
    const issues = Array.from({ length: 2_000 }, (_, at) => issueOf(`i${at}`, `topic${at}`, { description }));
    expect(groupsOf(issues, 0.7)).toEqual([]);
    expect(groupsOf([...issues, issueOf("z", "TOPIC7", { description })], 0.7)).toEqual([
      ["content", "i7", "z"],
    ]);
  });
});

test("similar sets are found as by comparing each with each", () => {
  const anySet = fc.uniqueArray(fc.constantFrom(..."abcdefghijkl"), { maxLength: 10 });
  fc.assert(
    fc.property(
      fc.array(anySet, { maxLength: 18 }),
      fc.constantFrom(0.5, 0.6, 2 / 3, 0.75, 0.9, 1),
      (sets, threshold) => {
        const found = new Set<string>();
        findSimilarSets(
          sets,
          threshold,
          () => false,
          (left, right) => found.add([left, right].sort((a, b) => a - b).join()),
        );
        const wanted = sets.flatMap((set, left) =>
          sets.slice(left + 1).flatMap((other, at) => {
            const common = set.filter((member) => other.includes(member)).length;
            const all = set.length + other.length - common;
            return common > 0 && common / all >= threshold - 1e-9 ? [`${left},${left + 1 + at}`] : [];
          }),
        );
        expect([...found].sort()).toEqual(wanted.sort());
      },
    ),
  );
});
