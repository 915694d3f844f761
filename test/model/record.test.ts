import { describe, expect, test } from "bun:test";
import { BzError } from "../../model/errors";
import { emptySource } from "../../model/issue-source";
import { parseOperation } from "../../model/operation-shape";
import type { StoredRecord } from "../../model/record";
import { recordValueLimit, removeRecord, setRecord } from "../../model/record-change";
import { readRecord, recordLine } from "../../model/record-line";
import { State } from "../../model/state";

const context = { nowMs: 1_000, actor: "ann" };
const present: StoredRecord = { type: "memory", key: "db", value: "old", at: 5_000, by: "bob" };

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof BzError) return error.code;
    throw error;
  }
  return undefined;
}

describe("a record", () => {
  test("that is set again is later than what it replaces, whatever the clock says", () => {
    expect(setRecord("memory", "db", "new", present, context)).toEqual({
      op: "record",
      type: "memory",
      key: "db",
      value: "new",
      at: 5_001,
      by: "ann",
    });
    expect(removeRecord(present, context)).toMatchObject({ value: null, at: 5_001, by: "ann" });
  });

  test("that has the value already is left as it is", () => {
    expect(setRecord("memory", "db", "old", present, context)).toBeUndefined();
  });

  test("has a key of 1 to 200 characters without control characters, and a value of 64 KiB at most", () => {
    const set = (key: string, value = "x") =>
      codeOf(() => setRecord("memory", key, value, undefined, context));
    for (const key of ["a", "with spaces", "é".repeat(200), "\u{1f600}".repeat(200)])
      expect(set(key)).toBeUndefined();
    for (const key of ["", " a", "a ", "a\nb", "a\u0000", "a\u009b1m", "x".repeat(201)])
      expect(set(key)).toBe("INVALID");
    expect(set("a", "x".repeat(recordValueLimit))).toBeUndefined();
    expect(set("a", `${"x".repeat(recordValueLimit - 1)}é`)).toBe("INVALID");
  });

  test("is read from its line as it was", () => {
    expect(readRecord(JSON.parse(recordLine(present)))).toEqual(present);
  });

  test("comes without time and author from a line of bd", () => {
    expect(readRecord({ _type: "memory", key: "k", value: "v" })).toEqual({
      type: "memory",
      key: "k",
      value: "v",
      at: 0,
      by: "",
    });
    expect(readRecord({ _type: "memory", key: "k" })).toBeUndefined();
  });
});

describe("the records of a state", () => {
  const base = { ...emptySource, records: () => [present, { ...present, type: "query", key: "mine" }] };
  const set = (key: string, value: string | null) =>
    ({ op: "record", type: "memory", key, value, at: 9, by: "ann" }) as const;

  test("are those of the base with what was set above it, in the order of their keys", () => {
    const state = new State(base);
    state.apply(set("a", "1"), 1);
    state.apply(set("z", "2"), 1);
    state.apply(set("z", null), 2);
    expect(state.records("memory").map(({ key, value }) => [key, value])).toEqual([
      ["a", "1"],
      ["db", "old"],
    ]);
    expect(state.record("query", "mine")?.value).toBe("old");
    expect([state.record("memory", "z"), state.record("memory", "mine")]).toEqual([undefined, undefined]);
    state.apply(set("db", null), 3);
    expect(state.records().map(({ key }) => key)).toEqual(["a", "mine"]);
  });

  test("change no issue, no count and no id, and a fork has its own", () => {
    const state = new State(base);
    const fork = state.fork();
    fork.apply(set("a", "1"), 1);
    expect([fork.count, [...fork.ids()], [...fork.changedIds()]]).toEqual([0, [], []]);
    expect([fork.record("memory", "a")?.value, state.record("memory", "a")]).toEqual(["1", undefined]);
  });

  test("come from operations whose shape is checked", () => {
    expect(parseOperation(set("a", "1"))).toEqual(set("a", "1"));
    for (const wrong of [{ value: 1 }, { key: "" }, { at: "now" }, { by: undefined }, { type: "A b" }])
      expect(codeOf(() => parseOperation({ ...set("a", "1"), ...wrong }))).toBe("CORRUPT");
  });
});
