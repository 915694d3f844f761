import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { claimIssue, claimsUntil, releaseIssue } from "../../model/claim";
import { BzError } from "../../model/errors";
import type { Hindrance } from "../../model/hindrance";
import { parseIssue } from "../../model/issue-json";
import { emptySource } from "../../model/issue-source";
import type { ChangeIssue } from "../../model/operation";
import { recencyOf } from "../../model/recency";
import { State } from "../../model/state";
import { day, dayText } from "./samples";

const nowMs = day + 60_000;
const nowText = new Date(nowMs).toISOString();
const blocked: Hindrance = { code: "BLOCKED", sentence: "a waits for b", because: ["b"] };
const deferred: Hindrance = { code: "DEFERRED", sentence: "a is deferred", because: [] };

/** The keys of an issue that a claim looks at. */
interface Held {
  readonly status: string;
  readonly assignee?: string;
  readonly claim_session?: string;
}

interface Row {
  readonly held: Held;
  readonly session?: string;
  readonly hindrance?: Hindrance;
  readonly plain: string;
  readonly forced: string;
}

/** What `me` gets for asking, as the page says: status, assignee, its session, asked in, held up, plain, forced. */
const table: readonly Row[] = readFileSync(join(import.meta.dir, "../../docs/claiming.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| [a-z]/.test(line) && !line.startsWith("| status "))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, status = "", assignee, claim_session, session, hindrance, plain = "", forced = ""]) => ({
    held: { status, ...given("assignee", assignee), ...given("claim_session", claim_session) },
    ...given("session", session),
    ...(hindrance === "-" ? {} : { hindrance: hindrance === "blocked" ? blocked : deferred }),
    plain,
    forced,
  }));

function given<Key extends string>(key: Key, cell: string | undefined): { [K in Key]?: string } {
  const entry: { [K in Key]?: string } = {};
  if (cell !== undefined && cell !== "-") entry[key] = cell;
  return entry;
}

function lineOf(held: Held, more = ""): string {
  const { status, assignee, claim_session } = held;
  const holder = assignee === undefined ? "" : `,"assignee":"${assignee}"`;
  const session = claim_session === undefined ? "" : `,"claim_session":"${claim_session}"`;
  return `{"id":"a","title":"T","status":"${status}","priority":2,"issue_type":"task"${holder}${session},"created_at":"${dayText}","updated_at":"${dayText}"${more}}`;
}

/** What the change makes of the line, seen by its keys. */
function after(line: string, change: ChangeIssue): Record<string, unknown> {
  const state = new State(emptySource);
  state.apply({ op: "put", id: "a", line }, 1);
  state.apply(change, 2);
  const { status, assignee, claim_session, started_at, defer_until } = state.issue("a") ?? {};
  return { status, assignee, claim_session, started_at, defer_until };
}

/** "claimed", "unchanged", or the code of the error. */
function outcome({ held, session, hindrance }: Row, force: boolean): string {
  const line = lineOf(held);
  const context = { recency: recencyOf(line), nowMs, actor: "me" };
  try {
    const change = claimIssue(parseIssue(line), { session, force, hindrance }, context);
    if (change === undefined) return "unchanged";
    expect(after(line, change)).toEqual({
      status: "in_progress",
      assignee: "me",
      claim_session: session,
      started_at: nowText,
      defer_until: undefined,
    });
    return "claimed";
  } catch (error) {
    if (error instanceof BzError) return error.code;
    throw error;
  }
}

function refusal(action: () => unknown): BzError {
  try {
    action();
  } catch (error) {
    if (error instanceof BzError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("claim", () => {
  test("is told on a page with a row for each case", () => {
    expect(table.length).toBe(30);
  });

  for (const row of table) {
    const { held, session, hindrance, plain, forced } = row;
    const who = held.assignee ?? "nobody";
    const name = `${held.status}, ${who}'s${held.claim_session ? ` in ${held.claim_session}` : ""}`;
    const why = hindrance === undefined ? "" : `, ${hindrance.code.toLowerCase()}`;
    test(`${name}${why}, asked for ${session ? `in ${session}` : "without a session"}: ${plain}, with force ${forced}`, () => {
      expect([outcome(row, false), outcome(row, true)]).toEqual([plain, forced]);
    });
  }

  test("begins anew where an earlier holder has left a time behind, and ends a date to defer to", () => {
    const line = lineOf({ status: "deferred" }, `,"started_at":"${dayText}","defer_until":"${dayText}"`);
    const change = claimIssue(parseIssue(line), {}, { recency: recencyOf(line), nowMs, actor: "me" });
    expect(change === undefined ? undefined : after(line, change)).toEqual({
      status: "in_progress",
      assignee: "me",
      claim_session: undefined,
      started_at: nowText,
      defer_until: undefined,
    });
  });

  test("that is lost names who holds the issue, in which session and since when", () => {
    const held = { status: "in_progress", assignee: "you", claim_session: "s2" };
    const line = lineOf(held, `,"started_at":"${dayText}"`);
    const error = refusal(() =>
      claimIssue(parseIssue(line), {}, { recency: recencyOf(line), nowMs, actor: "me" }),
    );
    expect(error.message).toBe(`a is held by you, session s2, since ${dayText}`);
    expect(error.context).toEqual({ id: "a", holder: "you", session: "s2", since: dayText });
    expect([error.kind, error.hint]).toEqual(["taken", "`bz next` offers another one"]);
  });

  test("that is refused says because of what", () => {
    const line = lineOf({ status: "open" });
    const error = refusal(() =>
      claimIssue(parseIssue(line), { hindrance: blocked }, { recency: recencyOf(line), nowMs, actor: "me" }),
    );
    expect([error.message, error.context]).toEqual(["a waits for b", { id: "a", because: ["b"] }]);
    const closed = lineOf({ status: "closed" }, `,"closed_at":"${dayText}","close_reason":"Done"`);
    expect(
      refusal(() => claimIssue(parseIssue(closed), {}, { recency: recencyOf(closed), nowMs, actor: "me" }))
        .message,
    ).toBe(`a is closed since ${dayText}: Done`);
  });
});

describe("release", () => {
  const cases: readonly [Held, plain: string, forced: string][] = [
    [{ status: "in_progress", assignee: "me", claim_session: "another" }, "open", "open"],
    [{ status: "in_progress", assignee: "me" }, "open", "open"],
    [{ status: "in_progress" }, "open", "open"],
    [{ status: "open", assignee: "me" }, "open", "open"],
    [{ status: "deferred", assignee: "me" }, "deferred", "deferred"],
    [{ status: "review", assignee: "me" }, "review", "review"],
    [{ status: "in_progress", assignee: "you" }, "CLAIMED", "open"],
    [{ status: "open", assignee: "you" }, "CLAIMED", "open"],
    [{ status: "open" }, "unchanged", "unchanged"],
    [{ status: "closed", assignee: "me" }, "unchanged", "unchanged"],
    [{ status: "closed", assignee: "you" }, "unchanged", "unchanged"],
    [{ status: "tombstone", assignee: "me" }, "INVALID", "INVALID"],
  ];

  function released(held: Held, force: boolean): string {
    const line = lineOf(held, `,"started_at":"${dayText}"`);
    try {
      const change = releaseIssue(
        parseIssue(line),
        { force },
        { recency: recencyOf(line), nowMs, actor: "me" },
      );
      if (change === undefined) return "unchanged";
      const { status, ...claim } = after(line, change);
      expect(Object.values(claim).filter((value) => value !== undefined)).toEqual([]);
      expect([change.work !== undefined, change.claim !== undefined]).toEqual([true, true]);
      return String(status);
    } catch (error) {
      if (error instanceof BzError) return error.code;
      throw error;
    }
  }

  for (const [held, plain, forced] of cases) {
    test(`of ${held.assignee ?? "nobody"}'s ${held.status} issue: ${plain}, with force ${forced}`, () => {
      expect([released(held, false), released(held, true)]).toEqual([plain, forced]);
    });
  }
});

test("old claims are found by when they began, or else by the last change; the oldest first", () => {
  const state = new State(emptySource);
  const put = (id: string, status: string, times: string): void =>
    state.apply(
      {
        op: "put",
        id,
        line: `{"id":"${id}","title":"T","status":"${status}","priority":2,"issue_type":"task","created_at":"${dayText}",${times}}`,
      },
      1,
    );
  const later = `"updated_at":"${nowText}"`;
  put("young", "in_progress", `${later},"started_at":"${nowText}"`);
  put("touched", "in_progress", later);
  put("untouched", "in_progress", `"updated_at":"${dayText}"`);
  put("old", "in_progress", `${later},"started_at":"2026-01-01T00:00:00Z"`);
  put("assigned", "open", `"updated_at":"${dayText}","assignee":"you"`);
  put("closed", "closed", `"updated_at":"${dayText}","started_at":"${dayText}"`);
  expect(claimsUntil(state, day).map(({ id }) => id)).toEqual(["old", "untouched"]);
  expect(claimsUntil(state, nowMs).length).toBe(4);
});
