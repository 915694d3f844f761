import { expect, test } from "bun:test";
import { findCycle } from "../../model/cycles";
import { childrenOf, dependentsOf } from "../../model/graph";
import { trackerOf } from "./graph-samples";

test("dependents and children are found by their edges", () => {
  const state = trackerOf("b>a c^a d~a e>ab ab");
  expect(dependentsOf(state, "a").map(({ issue, dependency }) => [issue.id, dependency.type])).toEqual([
    ["b", "blocks"],
    ["c", "parent-child"],
    ["d", "related"],
  ]);
  expect(childrenOf(state, "a").map((issue) => issue.id)).toEqual(["c"]);
  expect(childrenOf(trackerOf("c^a c^a"), "a").map((issue) => issue.id)).toEqual(["c"]);
});

test.each([
  ["an issue that waits for itself", "a", "a", "a", "blocks", ["a", "a"]],
  ["two issues", "b>a", "a", "b", "blocks", ["a", "b", "a"]],
  ["a chain", "b>c c>d d>a", "a", "b", "blocks", ["a", "b", "c", "d", "a"]],
  ["an edge that stands already", "a>b b>a", "a", "b", "blocks", ["a", "b", "a"]],
  ["a child that waits for its parent", "c^p", "c", "p", "blocks", ["c", "p", "c"]],
  ["a child that waits for what waits for its parent", "c^p b>p", "c", "b", "blocks", ["c", "b", "p", "c"]],
  ["a parent that waits for what waits for its child", "c^p b>c", "p", "b", "blocks", ["p", "b", "c", "p"]],
  ["a parent below its child", "c^p", "p", "c", "parent-child", ["p", "c", "p"]],
  [
    "a child that would come below what its blocker waits for",
    "c>b b>p",
    "c",
    "p",
    "parent-child",
    ["c", "b", "p", "c"],
  ],
] as const)("a cycle is found: %s", (_, text, from, to, type, path) => {
  const found = findCycle(trackerOf(text), from, to, type);
  expect(found).toEqual([...path]);
});

test.each([
  ["a parent that waits for its child", "c^p", "p", "c", "blocks"],
  ["siblings", "c^p d^p", "c", "d", "blocks"],
  ["a link", "b>a", "a", "b", "related"],
  ["a way that only a link closes", "b~a", "a", "b", "blocks"],
  ["an edge to nothing", "b", "a", "b", "blocks"],
  ["a child of what waits for somebody else", "p>b", "c", "p", "parent-child"],
  ["a diamond", "b>d c>d a>c", "a", "b", "blocks"],
] as const)("no cycle is seen in %s", (_, text, from, to, type) => {
  expect(findCycle(trackerOf(text), from, to, type)).toBeUndefined();
});

test("a circle of parents that a merge left does not catch the search", () => {
  const state = trackerOf("a^b b^a c>a");
  expect(findCycle(state, "d", "c", "blocks")).toBeUndefined();
  expect(findCycle(state, "a", "c", "blocks")).toBeDefined();
});
