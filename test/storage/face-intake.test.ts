import { expect, test } from "bun:test";
import { emptySource } from "../../model/issue-source";
import { State } from "../../model/state";
import { type Memory, takeInLines } from "../../storage/face-intake";
import { line } from "../helpers/story";

const faceLine = (text: string) => ({ id: "t-a", text, raw: undefined, lineNumber: 1 });

function stateOf(text: string): State {
  const state = new State(emptySource);
  state.apply({ op: "put", id: "t-a", line: text }, 1);
  return state;
}

test("a line in another tool's spelling brings nothing, and nothing is looked up for it", () => {
  const asked: string[][] = [];
  const memory: Memory = (ids) => {
    asked.push([...ids]);
    return new Map();
  };
  const spaced = JSON.stringify(JSON.parse(line("t-a", "One")), null, 1).replaceAll("\n", " ");
  const intake = takeInLines([faceLine(spaced)], stateOf(line("t-a", "One")), memory, true);
  expect(intake).toMatchObject({ operations: [], changedIds: [] });
  expect(asked).toEqual([[]]);
});

test("a line that changes something is one operation with its outcome, and is looked up once", () => {
  const asked: string[][] = [];
  const memory: Memory = (ids) => {
    asked.push([...ids]);
    return new Map();
  };
  const edited = line("t-a", "Two").replace('"updated_at":"2026', '"updated_at":"2027');
  const intake = takeInLines([faceLine(edited), faceLine(edited)], stateOf(line("t-a", "One")), memory, true);
  expect(intake.changedIds).toEqual(["t-a"]);
  expect(intake.operations).toHaveLength(1);
  expect(intake.operations[0]).toMatchObject({ op: "take", id: "t-a", line: edited });
  expect(intake.operations[0]?.result).toContain('"title":"Two"');
  expect(asked).toEqual([["t-a"]]);
});

test("a reader logs no line that changes nothing, a writer each of them once", () => {
  const old = line("t-a", "Older").replace('"updated_at":"2026', '"updated_at":"2025');
  const state = stateOf(line("t-a", "One"));
  expect(takeInLines([faceLine(old)], state, () => new Map(), false).operations).toEqual([]);
  const written = takeInLines([faceLine(old)], state, () => new Map(), true);
  expect(written.operations.map(({ result }) => result)).toEqual([undefined]);
  expect(written.changedIds).toEqual([]);
});
