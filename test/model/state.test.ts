import { expect, spyOn, test } from "bun:test";
import fc from "fast-check";
import { compareIds } from "../../model/issue-id";
import type { IssueSource } from "../../model/issue-source";
import { emptySource } from "../../model/issue-source";
import { isOnIssue, type Operation, saysWholeIssue } from "../../model/operation";
import { parseOperation } from "../../model/operation-shape";
import { State } from "../../model/state";
import { anyChange } from "./line-samples";
import { day, dayText, plainLine } from "./samples";

const ids = ["a", "b", "b.1", "é", "\u{10000}", "\uffff"];
const anId = fc.constantFrom(...ids);
const anAt = fc.integer({ min: day + 1, max: day + 1_000 });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  anId.map((id): Operation => ({ op: "put", id, line: plainLine(id) })),
  fc
    .tuple(anId, anAt, fc.string())
    .map(([id, at, notes]): Operation => ({ op: "change", id, at, set: { notes } })),
  fc
    .tuple(anId, anAt, fc.boolean())
    .map(([id, at, on]): Operation => ({ op: "change", id, at, labels: { x: on } })),
  fc.tuple(anId, anAt).map(([id, at]): Operation => ({ op: "purge", id, at })),
  fc
    .tuple(anId, anAt, fc.option(fc.string()))
    .map(([key, at, value]): Operation => ({ op: "record", type: "memory", key, value, at, by: "ann" })),
  fc.tuple(anId, fc.boolean()).map(
    ([id, isNew]): Operation => ({
      op: "take",
      id,
      line: plainLine(id),
      ...(isNew ? { result: plainLine(id, ',"notes":"taken"') } : {}),
    }),
  ),
);

/** Applies what can be applied: the generator also changes issues that do not exist. */
function applyAll(state: State, operations: readonly Operation[], afterEach?: () => void): void {
  for (const [at, each] of operations.entries()) {
    if (!isPossible(each, state)) continue;
    state.apply(each, at + 1);
    afterEach?.();
  }
}

/** Nothing is changed or purged that is not there. */
function isPossible(operation: Operation, state: State): boolean {
  if (!isOnIssue(operation)) return true;
  return (operation.op !== "purge" && saysWholeIssue(operation)) || state.has(operation.id);
}

function contentOf(state: State): unknown[] {
  return [...[...state.ids()].map((id) => [id, state.line(id), state.version(id)]), ...state.records()];
}

test("replaying gives the bytes that applying one by one gave, whenever somebody looked", () => {
  fc.assert(
    fc.property(fc.array(operation), (operations) => {
      const live = new State(emptySource);
      applyAll(live, operations, () => contentOf(live));
      const replayed = new State(emptySource);
      applyAll(
        replayed,
        operations.map((each) => parseOperation(JSON.parse(JSON.stringify(each)))),
      );
      expect(contentOf(replayed)).toEqual(contentOf(live));
      expect(replayed.count).toBe([...replayed.ids()].length);
    }),
  );
});

test("a log that is replayed over its own result changes nothing", () => {
  const change = anyChange.map((each): Operation => ({ ...each, id: "a" }));
  fc.assert(
    fc.property(fc.array(fc.oneof(operation, change), { maxLength: 20 }), (operations) => {
      const once = new State(emptySource);
      applyAll(once, operations);
      const twice = once.fork();
      // What was not possible when it was asked for never came into the log.
      const logged = new State(emptySource);
      for (const [at, each] of operations.entries()) {
        if (!isPossible(each, logged)) continue;
        logged.apply(each, at + 1);
        twice.apply(each, at + 1);
      }
      expect(contentOf(twice)).toEqual(contentOf(once));
    }),
    { numRuns: 300 },
  );
});

test("a base and what is applied above it are one state, in the order of bytes", () => {
  fc.assert(
    fc.property(fc.array(operation), fc.nat(), (operations, cut) => {
      const whole = new State(emptySource);
      applyAll(whole, operations);
      const below = new State(emptySource);
      applyAll(below, operations.slice(0, cut));
      const above = new State(below.fork());
      for (const [at, each] of operations.entries()) {
        if (at >= cut && isPossible(each, above)) above.apply(each, at + 1);
      }
      expect(contentOf(above)).toEqual(contentOf(whole));
      expect([...above.ids()]).toEqual([...above.ids()].sort(compareIds));
      expect(above.count).toBe(whole.count);
    }),
  );
});

test("a fork and its origin do not see each other's changes", () => {
  fc.assert(
    fc.property(fc.array(operation), fc.array(operation), (before, after) => {
      const state = new State(emptySource);
      applyAll(state, before);
      const fork = state.fork();
      const kept = contentOf(state.fork());
      applyAll(fork, after);
      expect(contentOf(state)).toEqual(kept);
      const again = state.fork();
      applyAll(again, after);
      expect(contentOf(again)).toEqual(contentOf(fork));
    }),
  );
});

test("a line taken in is the issue when it says what came of it; else nothing changes, the version neither", () => {
  const state = new State(emptySource);
  const [line, result] = [plainLine("a"), plainLine("a", ',"notes":"n"')];
  state.apply({ op: "take", id: "a", line, state: line, result }, 3);
  expect([state.count, state.line("a"), state.version("a")]).toEqual([1, result, 3]);
  state.apply({ op: "take", id: "a", line }, 4);
  expect([state.count, state.line("a"), state.version("a")]).toEqual([1, result, 3]);
});

test("changing, purging or merely remembering an unknown issue is corruption", () => {
  const state = new State(emptySource);
  for (const each of [
    { op: "change", id: "a", at: 1 } as const,
    { op: "purge", id: "a", at: 1 } as const,
    { op: "take", id: "a", line: "{}" } as const,
  ]) {
    expect(() => state.apply(each, 7)).toThrow(expect.objectContaining({ code: "CORRUPT" }));
  }
});

test("replay asks the base for no line and parses none until somebody does", () => {
  const asked: string[] = [];
  const base: IssueSource = {
    ...emptySource,
    count: 1,
    has: (id) => id === "a",
    line: (id) => {
      asked.push(id);
      return plainLine(id);
    },
    ids: () => ["a"],
  };
  const state = new State(base);
  state.apply({ op: "put", id: "b", line: "not parsed" }, 1);
  for (let at = 1; at <= 100; at++)
    state.apply({ op: "change", id: "a", at: day + at, set: { notes: `${at}` } }, at + 1);
  expect([state.has("a"), state.has("b"), state.count, state.version("a")]).toEqual([true, true, 2, 101]);
  expect(asked).toEqual([]);
  expect(state.issue("a")?.notes).toBe("100");
  expect([...state.changedIds()]).toEqual(["b", "a"]);
});

test("an issue that depends on another one is found, be it in the base, above it, or written with escapes", () => {
  const edge = (to: string) => `,"dependencies":[{"depends_on_id":"${to}","type":"blocks"}]`;
  const base = new State(emptySource);
  base.apply({ op: "put", id: "a", line: plainLine("a", edge("needle")) }, 1);
  base.apply({ op: "put", id: "b", line: plainLine("b") }, 1);
  const state = new State(base);
  state.apply({ op: "put", id: "c", line: plainLine("c", edge("n\\u0065edle")) }, 2);
  const present = { present: true, depends_on_id: "needle", type: "blocks", created_at: dayText };
  state.apply({ op: "change", id: "b", at: day + 1, edges: [present] }, 3);
  expect([...state.idsMentioning("needle")].sort()).toEqual(["a", "b", "c"]);
});

test.each<[unknown]>([
  [null],
  [[]],
  [{ op: 5, id: "a" }],
  [{ op: "put", id: "", line: "{}" }],
  [{ op: "put", id: "a", line: "{}\n{}" }],
  [{ op: "put", id: "a" }],
  [{ op: "purge", id: "a", at: -1 }],
  [{ op: "take", id: "a", result: "{}" }],
  [{ op: "take", id: "a", line: "{}", result: "{}\n{}" }],
  [{ op: "take", id: "a", line: "{}", state: 5 }],
  [{ op: "change", id: "a", at: 1.5 }],
  [{ op: "change", id: "a", at: 1, set: { status: "closed" } }],
  [{ op: "change", id: "a", at: 1, set: [] }],
  [{ op: "change", id: "a", at: 1, work: { status: "open" } }],
  [{ op: "change", id: "a", at: 1, work: { reopens: 0, status: "open", closed_at: 5 } }],
  [{ op: "change", id: "a", at: 1, labels: { x: "yes" } }],
  [{ op: "change", id: "a", at: 1, edges: [{ depends_on_id: "b", type: "blocks" }] }],
  [{ op: "change", id: "a", at: 1, comments: [{ id: "1", present: true, created_at: 5 }] }],
  [{ op: "change", id: "a", at: 1, parent: { created_at: dayText } }],
])("%j is no operation", (value) => {
  expect(() => parseOperation(value)).toThrow(expect.objectContaining({ code: "CORRUPT" }));
});

test("an operation with a name that is not known is a later version's", () => {
  const later = { op: "destroy", id: "a" };
  expect(() => parseOperation(later)).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
});

test("a source is told before all of its lines are asked for, and left alone once they are known", () => {
  const asked: string[] = [];
  const source: IssueSource = {
    ...emptySource,
    count: 2,
    has: (id) => id === "a" || id === "b",
    line: (id) => {
      asked.push(id);
      return plainLine(id);
    },
    ids: () => ["a", "b"],
    readAhead: () => asked.push("all"),
  };
  const state = new State(source);
  expect([...state.issues(), ...state.issues()].map((issue) => issue.id)).toEqual(["a", "b", "a", "b"]);
  expect(asked).toEqual(["all", "a", "b"]);
});

test("who depends on an issue is found however often it is asked, in the base, above it, and in forks that differ", () => {
  const edge = (to: string) => `,"dependencies":[{"depends_on_id":"${to}","type":"blocks"}]`;
  const base = new State(emptySource);
  base.apply({ op: "put", id: "a", line: plainLine("a", edge("target")) }, 1);
  base.apply({ op: "put", id: "b", line: plainLine("b", edge("target")) }, 1);
  const state = new State(base);
  const fork = state.fork();
  fork.apply({ op: "put", id: "b", line: plainLine("b", edge("another")) }, 2);
  fork.apply({ op: "put", id: "c", line: plainLine("c", edge("target")) }, 3);
  for (let asked = 0; asked < 40; asked++) {
    expect([...state.idsMentioning("target")].sort()).toEqual(["a", "b"]);
    expect([...fork.idsMentioning("target")].sort()).toEqual(["a", "c"]);
    expect([...fork.idsMentioning("another")]).toEqual(["b"]);
  }
});

test("who asks again after each of many changes has the change alone looked at, and hears of its new edges", () => {
  const state = new State(emptySource);
  const edge = (id: string, on: string) =>
    `,"dependencies":[{"issue_id":"${id}","depends_on_id":"${on}","type":"blocks"}]`;
  const parse = spyOn(state, "issue");
  const missed: string[] = [];
  for (let at = 1; at <= 200; at++) {
    const [id, target] = [`n${at}`, `n${at % 7}`];
    state.apply({ op: "put", id, line: plainLine(id, edge(id, target)) }, at);
    if (![...state.idsMentioning(target)].includes(id)) missed.push(id);
  }
  state.apply({ op: "put", id: "n1", line: plainLine("n1", edge("n1", "elsewhere")) }, 201);
  expect([...state.idsMentioning("elsewhere")]).toEqual(["n1"]);
  expect(missed).toEqual([]);
  expect(parse.mock.calls.length).toBeLessThan(3 * 200);
});

test("what the base says is closed is so no longer once something is said of it since", () => {
  const base = { ...emptySource, surelyClosed: (id: string) => id === "a" || id === "b" };
  const state = new State(base);
  state.apply({ op: "put", id: "a", line: plainLine("a") }, 1);
  expect(["a", "b", "c"].map((id) => state.surelyClosed(id))).toEqual([false, true, false]);
});
