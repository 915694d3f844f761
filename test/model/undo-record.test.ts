import { describe, expect, test } from "bun:test";
import type { StoredRecord } from "../../model/record";
import { type PastRecordChange, undoRecord } from "../../model/undo-record";

const context = { nowMs: 100, actor: "ann" };
const name = { type: "memory", key: "db" };
const record = (value: string): StoredRecord => ({ ...name, value, at: 50, by: "ann" });

function step(role: PastRecordChange["role"], before: string | undefined, isKnown = true): PastRecordChange {
  return { role, before: before === undefined ? undefined : record(before), isKnown };
}

describe("taking back what was done to a record", () => {
  test("says again what it said before", () => {
    const { change, laterChange } = undoRecord(
      name,
      [step("other", undefined), step("undone", "old")],
      record("new"),
      context,
    );
    expect(change).toEqual({ op: "record", ...name, value: "old", at: 100, by: "ann" });
    expect(laterChange).toBeUndefined();
  });

  test("removes one that was not there, and brings back one that was removed", () => {
    expect(undoRecord(name, [step("undone", undefined)], record("new"), context).change?.value).toBeNull();
    expect(undoRecord(name, [step("undone", "old")], undefined, context).change?.value).toBe("old");
  });

  test("goes back behind the first of several changes", () => {
    const past = [step("undone", "one"), step("settled", "two"), step("undone", "three")];
    expect(undoRecord(name, past, record("four"), context)).toMatchObject({
      change: { value: "one" },
      laterChange: undefined,
    });
  });

  test("names what somebody else did to it since", () => {
    const later = step("other", "mine");
    expect(undoRecord(name, [step("undone", "old"), later], record("theirs"), context).laterChange).toBe(
      later,
    );
  });

  test("changes nothing where it is as it was", () => {
    expect(undoRecord(name, [step("undone", "old"), step("other", "new")], record("old"), context)).toEqual({
      change: undefined,
      laterChange: undefined,
    });
  });

  test("is refused where it is not known what was there", () => {
    expect(() => undoRecord(name, [step("undone", undefined, false)], record("new"), context)).toThrow(
      "not known",
    );
  });
});
