import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { BzError } from "../../model/errors";
import { parseIssue } from "../../model/issue-json";
import { parseIssueType } from "../../model/issue-type";
import { compileQuery } from "../../model/query-condition";
import { queryFields } from "../../model/query-fields";
import {
  formatQueryExpression,
  parseQueryExpression,
  type QueryExpression,
  type QueryWord,
  queryOperators,
} from "../../model/query-language";
import { parseStatus } from "../../model/status";
import { plainLine } from "./samples";

/** The expression without the places of its words. */
function plain(expression: QueryExpression): unknown {
  return JSON.parse(
    JSON.stringify(expression, (key, value) => (key === "at" || key === "length" ? undefined : value)),
  );
}

const word = (text: string, isQuoted: boolean): QueryWord => ({ text, isQuoted, at: 0, length: 0 });
const anyBare = fc
  .stringMatching(/^[a-zA-Z0-9_.:@+-]{1,8}$/)
  .filter((text) => !["and", "or", "not", "in"].includes(text.toLowerCase()));
const anyValue = fc.oneof(
  anyBare.map((text) => word(text, false)),
  fc.string({ unit: "binary", maxLength: 8 }).map((text) => word(text, true)),
);
const anyComparison = fc.oneof(
  anyBare.map((field) => ({
    kind: "comparison" as const,
    field: word(field, false),
    operator: "is" as const,
    values: [],
  })),
  fc
    .tuple(anyBare, fc.constantFrom(...queryOperators), fc.array(anyValue, { minLength: 1, maxLength: 3 }))
    .map(([field, operator, values]) => ({
      kind: "comparison" as const,
      field: word(field, false),
      operator,
      values: operator.endsWith("in") ? values : values.slice(0, 1),
    })),
);
const anyExpression = fc.letrec<{ any: QueryExpression }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    anyComparison,
    tie("any").map((part) => ({ kind: "not" as const, part })),
    fc
      .tuple(
        fc.constantFrom("and" as const, "or" as const),
        fc.array(tie("any"), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, parts]) => ({ kind, parts })),
  ),
})).any;
/** Texts that look like expressions more often than chance would have it. */
const anySource = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        ..."( ) , = != < ~ and or not in ! ' \" \\ status label priority open 3 -7d none me x".split(" "),
      ),
    )
    .map((words) => words.join(" ")),
);

function accepts(source: string, fields: Record<string, unknown>): boolean {
  const line = { ...JSON.parse(plainLine("bd-x1y2")), ...fields };
  const known = (text: string): string => {
    if (text.startsWith("bd-")) return text;
    throw new BzError("NOT_FOUND", `there is no issue "${text}"`);
  };
  return compileQuery(source, parseQueryExpression(source), {
    nowMs: Date.UTC(2026, 0, 15, 12),
    actor: "ann",
    readStatus: (text) => parseStatus(text),
    readType: (text) => parseIssueType(text),
    readId: known,
  })(parseIssue(JSON.stringify(line)));
}

function refusal(source: string): BzError {
  try {
    accepts(source, {});
  } catch (error) {
    if (error instanceof BzError) return error;
    throw error;
  }
  throw new Error(`${source} was not refused`);
}

describe("the language", () => {
  test("reads what it printed as the same expression", () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        const printed = formatQueryExpression(expression);
        expect(plain(parseQueryExpression(printed))).toEqual(plain(expression));
      }),
    );
  });

  test("reads any text, or refuses it at a place that is in it", () => {
    fc.assert(
      fc.property(anySource, (source) => {
        try {
          accepts(source, {});
        } catch (error) {
          if (!(error instanceof BzError)) throw error;
          expect(error.code).toBe("USAGE");
          expect(error.excerpt?.text).toBe(source);
          expect(error.excerpt?.at).toBeLessThanOrEqual(source.length);
          expect(error.excerpt?.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("refuses what is nested too deeply or is too long, instead of running out of stack", () => {
    for (const [source, reason] of [
      ["(".repeat(19_000), "levels"],
      ["not ".repeat(4_900), "levels"],
      [`title = "${'\\"'.repeat(9_000)}`, "quote"],
      ["x".repeat(20_001), "characters"],
    ] as const)
      expect(refusal(source).message).toContain(reason);
    expect(accepts(`${"(".repeat(60)}pinned${")".repeat(60)}`, { pinned: true })).toBe(true);
    expect(accepts(`title = "${"x".repeat(19_000)}"`, {})).toBe(false);
    expect(accepts(`title=T${" and title=T".repeat(1_500)}`, {})).toBe(true);
  });

  test("binds not before and, and and before or, in any case of letters", () => {
    expect(accepts("pinned and title=X or title=T", {})).toBe(true);
    expect(accepts("pinned AND (title=X OR title=T)", {})).toBe(false);
    expect(accepts("not pinned and title=T", {})).toBe(true);
    expect(accepts("Not (pinned or title=T)", {})).toBe(false);
  });
});

describe("an expression holds", () => {
  const times = {
    created_at: "2026-01-10T08:00:00Z",
    updated_at: "2026-01-15T10:00:00Z",
    due_at: "2026-01-20",
  };
  const full = {
    ...times,
    title: "Parser",
    labels: ["ui", "api"],
    assignee: "ann",
    priority: 1,
    description: "Ein É",
    estimated_minutes: 90,
    metadata: { team: "x", deep: { n: 1 } },
    dependencies: [{ depends_on_id: "bd-up", type: "parent-child" }],
    comments: [{ author: "b", text: "agreed", created_at: "2026-01-01T00:00:00Z" }],
  };
  test.each([
    ["status=open"],
    ["status != Closed"],
    ["status in (closed, 'open')"],
    ["type not in (bug,epic) and type=task"],
    ["priority<2"],
    ["priority = P1 and priority=high and priority >= 1 and priority <= 1"],
    ["priority in (0, 1)"],
    ["label=ui and label=api and label != x and label in (x, ui) and label ~ AP"],
    ["labels not in (x,y)"],
    ["assignee=me and assignee=ann and assignee != bob"],
    ["owner=none and assignee!=none"],
    ["owner != me"],
    ["title ~ pars and title !~ lex and desc ~ 'ein e'"],
    ["text ~ agreed and comment ~ AGREED"],
    ["parent = bd-up and parent != none"],
    ["id=bd-x1y2 or id ~ zz"],
    ["created = 2026-01-10 and created >= 2026-01-10 and created <= 2026-01-10"],
    ["not created > 2026-01-10 and not created < 2026-01-10"],
    ["created < today and created > -7d and created != yesterday"],
    ["updated = today and updated > 2026-01-15T09:59:59Z"],
    ["due >= tomorrow and due < +2w and due = 2026-01-20"],
    ["closed = none and not closed < today and not closed > today and closed != today"],
    ["estimate=1h30m and estimate > 60 and estimate != none"],
    ["not pinned and pinned=false and pinned != true and not overdue and ephemeral = no"],
    ["metadata.team=x and metadata.deep.n = 1 and metadata.other = none"],
    ['assignee != "me" and owner != "none"'],
    ["issue_type = task and external-ref = none and Title=Parser"],
  ])("%s", (source) => {
    expect(accepts(source, full)).toBe(true);
  });
});

describe("what cannot be is pointed at", () => {
  test.each([
    ["statsu=open", "statsu", "did you mean status"],
    ["status=opne", "opne", "did you mean open"],
    ["x = 1 or zzzzzzzz = 2", "x", "fields are id, title"],
    ["label=a and (priority=9)", "9", "0 to 4"],
    ["title < 3", "title", "!~"],
    ["status ~ op", "status", "not in"],
    ["created > tomorow", "tomorow", "2026-03-31"],
    ["priority > none", "none", "="],
    ["pinned = maybe", "maybe", "true or false"],
    ["parent = zz", "zz", undefined],
    ["priority", "priority", "<="],
    ["status open", "open", "!="],
    ["pinned adn overdue", "adn", "did you mean and"],
    ["pinned && overdue", "&&", "and"],
    ["title=x title=y", "title", "or"],
    ["(pinned", "(", ")"],
    ["pinned)", ")", undefined],
    ["label in ui", "ui", "("],
    ["label in (ui", "", ")"],
    ["label in ()", ")", "a value"],
    ["label not ui", "ui", "in"],
    ["label = and", "and", '"and"'],
    ["label = 'x", "'", "'"],
    ["a = b ! c", "!", "not"],
    ["", "", "a field"],
    ["and", "and", "a field"],
  ])("%s", (source, place, hint) => {
    const { excerpt, hint: said, context } = refusal(source);
    expect(source.slice(excerpt?.at, (excerpt?.at ?? 0) + (excerpt?.length ?? 0))).toBe(place);
    if (hint === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(hint);
    expect(context).toMatchObject({ expression: source, position: excerpt?.at });
  });
});

test("every field answers for an issue that has little, by each of its names", () => {
  const there = ["id", "title", "status", "type", "priority", "created", "updated", "text"];
  for (const { name, aliases = [], kind } of queryFields) {
    for (const spelling of [name, ...aliases])
      expect([spelling, accepts(kind === "flag" ? `not ${spelling}` : `${spelling} = none`, {})]).toEqual([
        spelling,
        !there.includes(name),
      ]);
  }
});
