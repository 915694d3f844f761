import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseIssue } from "../../model/issue-json";
import { plainEdit } from "../../model/plain-edit";
import { takeLine } from "../../model/take-line";
import { formatTime } from "../../model/time";
import { anyLine } from "./line-samples";
import { anyJson, anyKey, day, plainLine } from "./samples";

/** Remembered with a spelling of its own, an issue's only state is none that `plainEdit` is asked about. */
const inFull = (line: string, current: string) => takeLine(line, current, [{ line: current, raw: current }]);

const time = fc.oneof(
  fc.integer({ min: -2, max: 9 }).map((step) => formatTime(day + step)),
  fc.constantFrom(
    "2026-01-02T03:04:06Z",
    "2026-01-02T05:04:05.680+01:00",
    "2200-01-01T00:00:00.000Z",
    "soon",
    "",
  ),
);

const edit: fc.Arbitrary<[string, unknown]> = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      "title",
      "notes",
      "owner",
      "description",
      "external_ref",
      "issue_type",
      "estimated_minutes",
    ),
    fc.constantFrom<unknown>("new", "T", "a", "", null, 'é\n"', "\u2028", 3, false, undefined),
  ),
  fc.tuple(
    fc.constantFrom("status"),
    fc.constantFrom<unknown>("closed", "Closed", "open", "In-Progress", "tombstone", ""),
  ),
  fc.tuple(
    fc.constantFrom("closed_at", "started_at", "due_at", "due_date", "defer_until", "created_at"),
    time,
  ),
  fc.tuple(
    fc.constantFrom("assignee", "close_reason", "created_by", "claim_session"),
    fc.constantFrom<unknown>("wa", "b", "", undefined),
  ),
  fc.tuple(fc.constant("priority"), fc.constantFrom<unknown>(0, 1, 2.5, null)),
  fc.tuple(fc.constant("labels"), fc.constantFrom<unknown>([], ["x"], ["y", "x"], ["x", "x"], undefined)),
  fc.tuple(
    fc.constant("comments"),
    fc.constantFrom<unknown>([], [{ id: 7, text: "more", created_at: formatTime(day) }], undefined),
  ),
  fc.tuple(fc.constantFrom("pinned", "ephemeral", "wisp"), fc.constantFrom<unknown>(true, false, undefined)),
  fc.tuple(fc.oneof(fc.constantFrom("_type", "metadata", "1"), anyKey), anyJson),
);

interface Edit {
  readonly updatedAt: string | undefined;
  readonly edits: readonly [string, unknown][];
  readonly keepsStamp: boolean;
  readonly isReversed: boolean;
}

const anyEdit: fc.Arbitrary<Edit> = fc.record({
  updatedAt: fc.oneof(fc.constant(formatTime(day + 9)), fc.option(time, { nil: undefined })),
  edits: fc.array(edit, { maxLength: 3 }),
  keepsStamp: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  isReversed: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
});

function edited(line: string, { updatedAt, edits, keepsStamp, isReversed }: Edit): string {
  const members = new Map<string, unknown>(Object.entries(JSON.parse(line)));
  if (!keepsStamp) members.delete("_stamp");
  if (updatedAt !== undefined) members.set("updated_at", updatedAt);
  for (const [key, value] of edits) members.set(key, value);
  const entries = [...members];
  return JSON.stringify(Object.fromEntries(isReversed ? entries.reverse() : entries));
}

function edgesOf(line: string): unknown {
  return parseIssue(line)
    .dependencies.map(({ type, depends_on_id }) => `${type} ${depends_on_id}`)
    .sort();
}

function isIssue(line: string): boolean {
  try {
    parseIssue(line);
    return true;
  } catch {
    return false;
  }
}

/** Most states are what a tool or we write: JSON without a space, each key once, nothing left out. */
const anyCurrent = fc.oneof(
  {
    weight: 4,
    arbitrary: anyLine.map((line) => JSON.stringify({ ...JSON.parse(plainLine("i")), ...JSON.parse(line) })),
  },
  { weight: 1, arbitrary: anyLine },
);

describe("an edit of an issue's only state", () => {
  test("becomes to the byte what it becomes when both lines are taken apart", () => {
    let found = 0;
    fc.assert(
      fc.property(anyCurrent, anyEdit, (current, edit) => {
        const line = edited(current, edit);
        fc.pre(isIssue(current) && isIssue(line) && line !== current);
        if (plainEdit(line, current) !== undefined) found += 1;
        const { keepsEdges, ...taken } = takeLine(line, current, []);
        expect(taken).toEqual(inFull(line, current));
        if (keepsEdges) expect(edgesOf(taken.result)).toEqual(edgesOf(current));
      }),
      { numRuns: 1500 },
    );
    expect(found).toBeGreaterThan(30);
  }, 60_000);

  test("is found where it is one, of fields, of the status and of the assignee", () => {
    const current = plainLine("i", ',"labels":["y","x"],"comments":[]');
    const later = formatTime(day + 1000);
    for (const keys of [
      { title: "new" },
      { notes: "n" },
      { status: "closed", closed_at: later },
      { assignee: "ann" },
    ]) {
      const line = JSON.stringify({ ...JSON.parse(current), ...keys, updated_at: later });
      const state = plainEdit(line, current);
      expect(parseIssue(state ?? "{}")).toMatchObject({ ...keys, updated_at: later, labels: ["x", "y"] });
    }
  });

  test("is left to the general way where a value is gone, a list is another one or an issue is reopened", () => {
    const current = plainLine("i", ',"notes":"n","labels":["x"]').replace('"open"', '"closed"');
    const record = { ...JSON.parse(current), updated_at: formatTime(day + 1000), title: "new" };
    expect(plainEdit(JSON.stringify(record), current)).toBeDefined();
    for (const keys of [{ notes: "" }, { labels: [] }, { status: "open" }, { unknown: 1 }, { _stamp: "#1" }])
      expect(plainEdit(JSON.stringify({ ...record, ...keys }), current)).toBeUndefined();
  });
});
