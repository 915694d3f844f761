import { describe, expect, test } from "bun:test";
import { addComment } from "../../model/change";
import { changeLine } from "../../model/change-line";
import type { Comment } from "../../model/comment";
import { commentName } from "../../model/comment";
import { deleteComment, editComment } from "../../model/comment-change";
import { editTimesOf } from "../../model/comment-edit";
import { findComment } from "../../model/comment-search";
import { differenceOf } from "../../model/difference";
import type { BzError } from "../../model/errors";
import { parseIssue } from "../../model/issue-json";
import { mergeLines } from "../../model/merge";
import type { ChangeIssue } from "../../model/operation";
import { recencyOf } from "../../model/recency";
import { takeLine } from "../../model/take-line";
import { formatTime } from "../../model/time";
import { day, plainLine } from "./samples";

const at = (seconds: number) => day + seconds * 1000;

/** One comment, said at `at(1)`. */
const said = changeLine(
  plainLine("i"),
  addComment(
    parseIssue(plainLine("i")),
    { text: "frist" },
    { recency: recencyOf(plainLine("i")), nowMs: at(1), actor: "ann" },
  ),
);

function edited(line: string, seconds: number, text: string): string {
  const issue = parseIssue(line);
  const change = editComment(issue, only(line), text, {
    recency: recencyOf(line),
    nowMs: at(seconds),
    actor: "bob",
  });
  return change === undefined ? line : changeLine(line, change);
}

function deleted(line: string, seconds: number): string {
  return changeLine(
    line,
    deleteComment(parseIssue(line), only(line), {
      recency: recencyOf(line),
      nowMs: at(seconds),
      actor: "bob",
    }),
  );
}

function only(line: string): Comment {
  const [comment] = parseIssue(line).comments;
  if (comment === undefined) throw new Error("there is no comment");
  return comment;
}

const textsOf = (line: string) => parseIssue(line).comments.map(({ text }) => text);

/** What a tool without stamps makes of a line. */
function byTool(line: string, seconds: number, keys: Record<string, unknown>): string {
  const { _stamp, ...record } = JSON.parse(line);
  return JSON.stringify({ ...record, updated_at: formatTime(at(seconds)), ...keys });
}

describe("an edited comment", () => {
  test("keeps its id, author and time, and says what it was", () => {
    const change = editComment(parseIssue(said), only(said), "first", {
      recency: recencyOf(said),
      nowMs: at(2),
      actor: "bob",
    });
    const { id, created_at } = only(said);
    expect(change?.comments).toEqual([
      { id, created_at, present: true, author: "ann", text: "first", was: "frist" },
    ]);
    const line = edited(said, 2, "first");
    expect(only(line)).toEqual({ ...only(said), text: "first" });
    expect(JSON.stringify(only(line))).not.toContain("frist");
  });

  test("with the text that it has already is no change", () => {
    expect(edited(said, 2, "frist")).toBe(said);
  });

  test("is known to be edited, and when; one of another tool nobody knows about", () => {
    const editedAt = (line: string) => editTimesOf(line)(only(line));
    expect(editedAt(said)).toBeUndefined();
    expect(editedAt(edited(said, 2, "first"))).toBe(formatTime(at(2)));
    expect(editedAt(edited(edited(said, 2, "first"), 5, "First"))).toBe(formatTime(at(5)));
    const foreign = plainLine("i", `,"comments":[{"id":1,"text":"c","created_at":"${formatTime(at(0))}"}]`);
    expect(editedAt(edited(foreign, 2, "d"))).toBeUndefined();
  });
});

describe("of two clones", () => {
  const cases: readonly [string, string, string, string[]][] = [
    ["the later edit stays", edited(said, 2, "two"), edited(said, 3, "three"), ["three"]],
    ["a later deletion beats an edit", edited(said, 2, "two"), deleted(said, 3), []],
    ["a later edit beats a deletion", deleted(said, 2), edited(said, 3, "three"), ["three"]],
    ["a deletion beats who has not seen it", deleted(said, 2), said, []],
    ["an edit beats who has not seen it", edited(said, 2, "two"), said, ["two"]],
    ["a deletion of an edit beats the edit", edited(said, 2, "two"), deleted(edited(said, 2, "two"), 3), []],
  ];
  for (const [name, one, other, texts] of cases) {
    test(name, () => {
      expect(textsOf(mergeLines(one, other))).toEqual(texts);
      expect(mergeLines(other, one)).toBe(mergeLines(one, other));
    });
  }
});

test("what a line from elsewhere changed tells an edit and a deletion as such", () => {
  const issue = parseIssue(said);
  const { id, author, created_at } = only(said);
  const of = (line: string) => differenceOf(issue, parseIssue(line)).comments;
  expect(of(edited(said, 2, "two"))).toEqual([
    { id, author, text: "two", created_at, present: true, was: "frist" },
  ]);
  expect(of(deleted(said, 2))).toEqual([{ id, author, created_at, present: false, was: "frist" }]);
  expect(differenceOf(parseIssue(deleted(said, 2)), issue).comments).toEqual([
    { id, author, text: "frist", created_at, present: true },
  ]);
});

describe("a line without stamps", () => {
  const remember = (...lines: string[]) => lines.map((line) => ({ line }));

  test("from before an edit or a deletion brings neither the old text nor the comment back", () => {
    for (const current of [edited(said, 3, "first"), deleted(said, 3)]) {
      const old = byTool(said, 2, { title: "theirs" });
      const taken = takeLine(old, current, remember(plainLine("i"), said, current));
      expect(textsOf(taken.result)).toEqual(textsOf(current));
      expect(parseIssue(taken.result).title).toBe("theirs");
    }
  });

  test("that gives a comment another text edits it; one that leaves it out does not delete it", () => {
    const [raw] = JSON.parse(said).comments;
    const edit = byTool(said, 9, { comments: [{ ...raw, text: "by hand" }] });
    expect(textsOf(takeLine(edit, said, remember(said)).result)).toEqual(["by hand"]);
    const gone = takeLine(byTool(said, 9, { comments: [], title: "t" }), said, remember(said));
    expect([textsOf(gone.result), gone.notTaken?.length]).toEqual([["frist"], 1]);
  });
});

test("an edit of a comment as long as any may be has no room for the old text, and is small enough all the same", () => {
  const text = "x".repeat(10_000_000);
  const long = edited(said, 2, text);
  const change: ChangeIssue | undefined = editComment(parseIssue(long), only(long), `${text}y`, {
    recency: recencyOf(long),
    nowMs: at(3),
    actor: "bob",
  });
  expect(change?.comments?.[0]).not.toHaveProperty("was");
});

describe("a comment is found", () => {
  const line = plainLine(
    "i",
    `,"comments":[{"id":4530,"text":"a","created_at":"2026-01-02T03:04:05Z"},{"id":4599,"text":"b","created_at":"2026-01-02T03:04:05Z"},{"id":1,"text":"c","created_at":"2026-01-02T03:04:05Z"},{"id":1,"text":"d","created_at":"2026-01-03T03:04:05Z"},{"text":"e","created_at":"2026-01-04T03:04:05Z"}]`,
  );
  const issue = parseIssue(line);
  const textOf = (name: string) => findComment(issue, name).text;
  const refusal = (name: string): BzError => {
    try {
      textOf(name);
    } catch (error) {
      return error as BzError;
    }
    throw new Error(`${name} was found`);
  };

  test("by its id, with or without #, and by how only its id begins", () => {
    expect([textOf("4530"), textOf("#4530"), textOf("453"), textOf("459")]).toEqual(["a", "a", "a", "b"]);
  });

  test("by its id and time where others have the same id, or it has none", () => {
    expect(issue.comments.map((comment) => commentName(comment, issue.comments))).toEqual([
      "4530",
      "4599",
      "1@2026-01-02T03:04:05Z",
      "1@2026-01-03T03:04:05Z",
      "@2026-01-04T03:04:05Z",
    ]);
    expect([textOf("1@2026-01-03"), textOf("@")]).toEqual(["d", "e"]);
  });

  test("else the candidates are named, or what was meant", () => {
    expect(refusal("45")).toMatchObject({
      code: "AMBIGUOUS_ID",
      context: { candidates: ["4530", "4599"] },
    });
    expect(refusal("1")).toMatchObject({
      code: "AMBIGUOUS_ID",
      context: { candidates: ["1@2026-01-02T03:04:05Z", "1@2026-01-03T03:04:05Z"] },
    });
    expect(refusal("4350")).toMatchObject({ code: "NOT_FOUND", hint: "did you mean 4530?" });
    expect(refusal("zzzzzzzzzz").hint).toContain("`bz comments i`");
    expect(refusal("")).toMatchObject({ code: "NOT_FOUND" });
    expect(refusal("#")).toMatchObject({ code: "NOT_FOUND" });
  });
});
