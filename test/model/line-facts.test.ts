import { expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { changeLineInTurn } from "../../model/change-line";
import type { Entry } from "../../model/entry";
import type { Issue } from "../../model/issue";
import { factTimes, type IssueFacts, instantMsOf } from "../../model/issue-facts";
import { parseIssue, parseRecord } from "../../model/issue-json";
import { emptySource } from "../../model/issue-source";
import { ChangedFacts, LineFacts, readLines } from "../../model/line-facts";
import type { ChangeIssue } from "../../model/operation";
import { State } from "../../model/state";
import { anyChange, anyLine } from "./line-samples";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

const keys = [
  ...["id", "title", "status", "priority", "issue_type", "created_at", "updated_at", "assignee"],
  ...[
    "defer_until",
    "due_at",
    "closed_at",
    "pinned",
    "ephemeral",
    "labels",
    "parent",
    "comments",
    "metadata",
  ],
] as const satisfies readonly (keyof Issue)[];

/** Each asked of facts of its own, since what was asked before may have made the rest known. */
function said(make: () => IssueFacts): object {
  return {
    ...Object.fromEntries(keys.map((key) => [key, make()[key]])),
    dependencies: make().dependencies.map(({ depends_on_id, type }) => ({ depends_on_id, type })),
    times: factTimes.map((time) => instantMsOf(make(), time)),
  };
}

const anySet = fc.record(
  {
    priority: fc.constantFrom<(number | null)[]>(0, 1, 3, null),
    issue_type: fc.constantFrom("bug", "epic", "", null),
    pinned: fc.constantFrom(true, false, null),
    created_at: fc.constant("2026-01-02T03:04:05.000Z"),
  },
  { requiredKeys: [] },
);

const anyWork = fc.record(
  {
    reopens: fc.nat(1),
    status: fc.constantFrom("open", "closed", "deferred", "In-Progress"),
    defer_until: fc.constantFrom("2026-03-04T00:00:00Z", ""),
  },
  { requiredKeys: ["reopens", "status"] },
);

const anyFurtherChange: fc.Arbitrary<ChangeIssue> = fc
  .tuple(anyChange, anySet, fc.option(anyWork))
  .map(([change, set, work]) => ({
    ...change,
    set: { ...change.set, ...set },
    ...(work === null ? {} : { work }),
  }));

function parsed(line: string): Issue | undefined {
  try {
    return parseIssue(line);
  } catch {
    return undefined;
  }
}

test("facts of a line, and of changes of it, are what the parsed line says", () => {
  let compared = 0;
  fc.assert(
    fc.property(anyLine, fc.array(anyFurtherChange, { maxLength: 4 }), (line, changes) => {
      const after = changeLineInTurn(line, changes);
      const [before, issue] = [parsed(line), parsed(after)];
      fc.pre(before !== undefined && issue !== undefined);
      compared += 1;
      const change = (facts: IssueFacts) => new ChangedFacts(facts, changes, () => parseIssue(after));
      expect(said(() => new LineFacts("i", parseRecord(line)))).toEqual(said(() => before));
      expect(said(() => change(new LineFacts("i", parseRecord(line))))).toEqual(said(() => issue));
      expect(said(() => change(before))).toEqual(said(() => issue));
    }),
    { numRuns: 1000 },
  );
  expect(compared).toBeGreaterThan(500);
});

test("lines that are parsed together say what each says by itself; where one is no issue, each is left to be read by itself", () => {
  let together = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          anyLine,
          anyLine.map((line) => line.slice(0, -1)),
        ),
        { maxLength: 4 },
      ),
      (lines) => {
        const entries = lines.map((line): Entry => {
          return { id: "i", line, pending: undefined, version: 1, issue: undefined };
        });
        readLines(entries);
        const areIssues = lines.every((line) => parsed(line) !== undefined);
        for (const [at, { facts }] of entries.entries()) {
          if (areIssues) expect(facts).toBeDefined();
          if (facts === undefined) continue;
          together += 1;
          expect(said(() => facts)).toEqual(said(() => new LineFacts("i", parseRecord(lines[at] ?? ""))));
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(together).toBeGreaterThan(100);
});

test("a line that nests too deep is refused by itself, not read together with others", () => {
  const line = `{"id":"i","metadata":${"[".repeat(200)}${"]".repeat(200)}}`;
  const entry: Entry = { id: "i", line, pending: undefined, version: 1, issue: undefined };
  readLines([entry]);
  expect(entry.facts).toBeUndefined();
});

test("facts that a state tells are those of the issue, in whatever order they and the line are asked for", () => {
  const steps = fc.array(
    fc.oneof(
      anyFurtherChange,
      anyLine.map((line) => ({ op: "put", id: "i", line }) as const),
      fc.constantFrom("facts", "line", "fork"),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(anyLine, steps, fc.boolean(), (first, history, isInBase) => {
      fc.pre(
        [
          first,
          ...history.map((step) => (typeof step !== "string" && "line" in step ? step.line : first)),
        ].every((line) => parsed(line) !== undefined),
      );
      const base = new State(emptySource);
      base.apply({ op: "put", id: "i", line: first }, 1);
      let state = isInBase ? new State(base) : base.fork();
      let line = first;
      for (const step of history) {
        if (step === "facts") expect(state.facts("i")?.status).toBe(parseIssue(line).status);
        else if (step === "line") expect(state.line("i")).toBe(line);
        else if (step === "fork") state = state.fork();
        else {
          state.apply(step, 2);
          line = step.op === "put" ? step.line : changeLineInTurn(line, [step]);
        }
      }
      const issue = parsed(line);
      fc.pre(issue !== undefined);
      expect(said(() => state.fork().facts("i") ?? issue)).toEqual(said(() => issue));
      expect(state.issue("i")).toEqual(issue);
      expect(state.facts("unknown")).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});
