import { describe, expect, test } from "bun:test";
import { parseOperation } from "../../model/operation-shape";
import { stateTaken, takeOperation } from "../../model/take-operation";

const [line, state, result] = ['{"id":"a"}', '{"id":"a","_stamp":"#1"}', '{"id":"a","notes":"n"}'];

describe("a line that was taken in", () => {
  test("is logged with each text once", () => {
    expect(takeOperation("a", line, line, undefined)).toEqual({ op: "take", id: "a", line });
    expect(takeOperation("a", line, line, line)).toEqual({ op: "take", id: "a", line, result: line });
    expect(takeOperation("a", line, state, state)).toEqual({
      op: "take",
      id: "a",
      line,
      state: "{}",
      result: state,
    });
    expect(takeOperation("a", line, state, undefined)).toEqual({ op: "take", id: "a", line, state });
    expect(takeOperation("a", line, state, result)).toEqual({ op: "take", id: "a", line, state, result });
  });

  test("is remembered as the state that it was, and is an operation", () => {
    for (const [each, after] of [
      [line, undefined],
      [line, line],
      [state, state],
      [state, undefined],
      [state, result],
    ] as const) {
      const operation = takeOperation("a", line, each, after);
      expect(stateTaken(operation)).toBe(each);
      expect(parseOperation(JSON.parse(JSON.stringify(operation)))).toEqual(operation);
    }
  });
});
