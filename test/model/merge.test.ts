import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { changeLine } from "../../model/change-line";
import { parseIssue, purgedLine } from "../../model/issue-json";
import { formatItems, isSameItems, readItems } from "../../model/line-items";
import { readStamps } from "../../model/line-stamps";
import { mergeLines } from "../../model/merge";
import type { ChangeIssue } from "../../model/operation";
import { anyLine, relatedLines } from "./line-samples";
import { day, plainLine } from "./samples";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

const lines = fc.oneof(relatedLines, fc.tuple(anyLine, anyLine, anyLine));
const runs = { numRuns: 200 };

describe("merging two states gives the same bytes", () => {
  test("whichever of them comes first", () => {
    fc.assert(
      fc.property(lines, ([one, other]) => {
        expect(mergeLines(one, other)).toBe(mergeLines(other, one));
      }),
      runs,
    );
  });

  test("in whichever order three are merged", () => {
    fc.assert(
      fc.property(lines, ([one, two, three]) => {
        expect(mergeLines(mergeLines(one, two), three)).toBe(mergeLines(one, mergeLines(two, three)));
      }),
      runs,
    );
  });

  test("however often they are merged", () => {
    fc.assert(
      fc.property(lines, ([one, other]) => {
        const merged = mergeLines(one, other);
        expect(mergeLines(one, one)).toBe(one);
        expect(mergeLines(merged, one)).toBe(merged);
        expect(mergeLines(other, merged)).toBe(merged);
      }),
      runs,
    );
  });
});

test("a line that we write has the items of the one it was made from, and is written the same again", () => {
  fc.assert(
    fc.property(anyLine, (line) => {
      const written = formatItems(readItems(line));
      expect(isSameItems(readItems(written), readItems(line))).toBe(true);
      expect(formatItems(readItems(written))).toBe(written);
      expect(readStamps(written).isIntact).toBe(true);
      expect(parseIssue(written).labels).toEqual(parseIssue(line).labels);
    }),
    runs,
  );
});

const base = plainLine("i");
function changed(line: string, at: number, fields: Partial<ChangeIssue>): string {
  return changeLine(line, { op: "change", id: "i", at, ...fields });
}

describe("of each item the later write wins", () => {
  test("whichever line has the later updated_at", () => {
    const one = changed(changed(base, day + 1, { set: { title: "old" } }), day + 9, { set: { notes: "n" } });
    const other = changed(base, day + 5, { set: { title: "new" }, labels: { x: true } });
    const issue = parseIssue(mergeLines(one, other));
    expect(issue).toMatchObject({ title: "new", notes: "n", labels: ["x"] });
    expect(issue.updated_at).toBe(parseIssue(one).updated_at);
  });

  test("removals too", () => {
    const held = plainLine(
      "i",
      ',"notes":"n","labels":["x","y"],"dependencies":[{"depends_on_id":"d","type":"blocks"}],"comments":[{"id":1,"text":"c","created_at":"2026-01-02T03:04:05Z"}]',
    );
    const emptied = changed(held, day + 1, {
      set: { notes: null },
      labels: { x: false },
      edges: [{ depends_on_id: "d", type: "blocks", present: false }],
      comments: [{ id: "1", created_at: "2026-01-02T03:04:05Z", present: false }],
    });
    const other = changed(held, day + 2, { set: { title: "t" } });
    const issue = parseIssue(mergeLines(emptied, other));
    expect(issue).toMatchObject({ title: "t", labels: ["y"], dependencies: [], comments: [] });
    expect(issue.notes).toBeUndefined();
  });

  test("a label put back later is there", () => {
    const removed = changed(plainLine("i", ',"labels":["x"]'), day + 1, { labels: { x: false } });
    const back = changed(removed, day + 3, { labels: { x: true } });
    const other = changed(removed, day + 2, { set: { title: "t" } });
    expect(parseIssue(mergeLines(back, other)).labels).toEqual(["x"]);
  });

  test("at the same time what is present wins, then the greater bytes", () => {
    const one = changed(base, day + 1, { labels: { x: false }, set: { notes: "a", title: "b" } });
    const other = changed(base, day + 1, { labels: { x: true }, set: { notes: null, title: "c" } });
    expect(parseIssue(mergeLines(one, other))).toMatchObject({ labels: ["x"], notes: "a", title: "c" });
  });
});

describe("work", () => {
  const closed = changed(base, day + 1, { work: { reopens: 0, status: "closed", close_reason: "done" } });
  const moved = changed(base, day + 9, { work: { reopens: 0, status: "in_progress" } });

  test("a close stays against later changes by those who had not seen it", () => {
    expect(parseIssue(mergeLines(closed, moved))).toMatchObject({ status: "closed", close_reason: "done" });
  });

  test("a reopen wins over the close that it undid, and over a later one of that time", () => {
    const reopened = changed(closed, day + 2, { work: { reopens: 1, status: "open" } });
    const closedLater = changed(base, day + 5, { work: { reopens: 0, status: "closed" } });
    for (const other of [closed, closedLater]) {
      const issue = parseIssue(mergeLines(reopened, other));
      expect([issue.status, issue.close_reason]).toEqual(["open", undefined]);
    }
  });

  test("a deletion wins over a close", () => {
    const deleted = changed(base, day + 1, { work: { reopens: 0, status: "tombstone" } });
    const closedLater = changed(base, day + 5, { work: { reopens: 0, status: "closed" } });
    expect(parseIssue(mergeLines(closedLater, deleted)).status).toBe("tombstone");
  });
});

describe("a purged issue", () => {
  const purged = purgedLine("i", day);

  test("beats whatever else is said of it, however late", () => {
    fc.assert(
      fc.property(anyLine, (line) => {
        expect(mergeLines(line, purged)).toBe(purged);
      }),
    );
  });

  test("is bare again when somebody wrote into its line", () => {
    const edited = purged.replace("(purged)", "a secret");
    expect(mergeLines(edited, base)).toBe(purged);
    expect(mergeLines(purgedLine("i", day + 5), edited)).toBe(purgedLine("i", day + 5));
  });
});

describe("bytes", () => {
  test("a line that says all that the other says is left as it is", () => {
    const line =
      '{"title" : "T","id":"i", "size":1.0, "status":"open","updated_at":"2026-01-02T03:04:05.678Z"}';
    const later = changed(line, day + 1, { set: { notes: "n" } });
    expect(mergeLines(line, later)).toBe(later);
    expect(mergeLines(line, '{"id":"i","title":"T","updated_at":"2026-01-02T03:04:05.677Z"}')).toBe(line);
  });

  test("values that win keep their raw text", () => {
    const one = changed(plainLine("i", ',"size":12345678901234567890123,"owner":"\\u0041"'), day + 1, {
      set: { notes: "n" },
    });
    const other = changed(plainLine("i", ',"rank":1.0'), day + 2, { set: { title: "t" } });
    const merged = mergeLines(one, other);
    for (const text of ['"size":12345678901234567890123', '"owner":"\\u0041"', '"rank":1.0', '"notes":"n"'])
      expect(merged).toContain(text);
  });

  test("keys of edges and comments that we do not know survive from both sides", () => {
    const edge = (more: string) => `,"dependencies":[{"depends_on_id":"d","type":"blocks"${more}}]`;
    const comment = (more: string) =>
      `,"comments":[{"id":1,"created_at":"2026-01-02T03:04:05Z","text":"c"${more}}]`;
    const one = plainLine("i", edge(',"weight":1.0') + comment(',"likes":3'));
    const other = plainLine("i", edge(',"thread":"t"') + comment(',"seen":true'));
    const merged = mergeLines(one, other);
    for (const text of ['"weight":1.0', '"thread":"t"', '"likes":3', '"seen":true'])
      expect(merged).toContain(text);
    expect(parseIssue(merged).dependencies).toHaveLength(1);
    expect(parseIssue(merged).comments).toHaveLength(1);
  });

  test("comments without an id are all kept", () => {
    const one = plainLine("i", ',"comments":[{"text":"a"},{"text":"b"}]');
    const other = plainLine("i", ',"comments":[{"text":"c"}]');
    expect(parseIssue(mergeLines(one, other)).comments.map(({ text }) => text)).toEqual(["a", "b", "c"]);
  });
});

test("a birthday that one line does not say comes from the other", () => {
  const without = `{"id":"i","title":"T","updated_at":"2026-05-05T00:00:00Z"}`;
  const merged = parseIssue(mergeLines(without, base));
  expect(merged.created_at).toBe(parseIssue(base).created_at);
  expect(merged.updated_at).toBe("2026-05-05T00:00:00Z");
});
