import { expect, test } from "bun:test";
import { parentChild } from "../../model/dependency";
import { emptySource } from "../../model/issue-source";
import { Neighbours } from "../../model/neighbours";
import { State } from "../../model/state";
import { plainLine } from "./samples";

function stateWithParts(count: number): State {
  const state = new State(emptySource);
  state.apply({ op: "put", id: "t-epic", line: plainLine("t-epic") }, 1);
  for (let number = 100; number < 100 + count; number += 1) {
    const id = `t-${number}`;
    const edges = `,"dependencies":[{"depends_on_id":"t-epic","type":"${parentChild}"}]`;
    state.apply({ op: "put", id, line: plainLine(id, edges) }, 1);
  }
  return state;
}

test("enough of the children that are wanted are found without a look at the others", () => {
  const asked: string[] = [];
  const isWanted = (id: string): boolean => {
    asked.push(id);
    return id !== "t-100";
  };
  expect(new Neighbours(stateWithParts(40)).someChildrenOf("t-epic", isWanted, 2)).toEqual([
    "t-101",
    "t-102",
  ]);
  expect(asked).toEqual(["t-100", "t-101", "t-102"]);
});

test("those that are wanted are found behind many that are not, and all where there are fewer than enough", () => {
  const neighbours = new Neighbours(stateWithParts(40));
  expect(neighbours.someChildrenOf("t-epic", (id) => id >= "t-138", 3)).toEqual(["t-138", "t-139"]);
  expect(neighbours.someChildrenOf("t-139", () => true, 1)).toEqual([]);
  expect(neighbours.someChildrenOf("t-epic", (id) => id >= "t-130", Number.POSITIVE_INFINITY)).toHaveLength(
    10,
  );
});
