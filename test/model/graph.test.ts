import { expect, test } from "bun:test";
import { childrenOf, dependentsOf, findCycle } from "../../model/graph";
import { emptySource, State } from "../../model/state";
import { plainLine } from "./samples";

/** `a>b` is an edge of type blocks, `a^p` puts a below p, `a~b` is a mere link; `a` alone is an issue. */
function stateOf(text: string): State {
  const state = new State(emptySource);
  const edges = new Map<string, string[]>();
  for (const [, id = "", sign, target = ""] of text.matchAll(/(\w+)(?:([>^~])(\w+))?/g)) {
    const own = edges.get(id) ?? [];
    edges.set(id, own);
    const type = sign === "^" ? "parent-child" : sign === ">" ? "blocks" : "related";
    if (sign !== undefined) own.push(`{"depends_on_id":"${target}","type":"${type}"}`);
    if (sign !== undefined && !edges.has(target)) edges.set(target, []);
  }
  for (const [id, own] of edges) {
    state.apply(
      { op: "put", id, line: plainLine(id, own.length > 0 ? `,"dependencies":[${own.join(",")}]` : "") },
      1,
    );
  }
  return state;
}

test("dependents and children are found by their edges", () => {
  const state = stateOf("b>a c^a d~a e>ab ab");
  expect(dependentsOf(state, "a").map(({ issue, dependency }) => [issue.id, dependency.type])).toEqual([
    ["b", "blocks"],
    ["c", "parent-child"],
    ["d", "related"],
  ]);
  expect(childrenOf(state, "a").map((issue) => issue.id)).toEqual(["c"]);
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
  const found = findCycle(stateOf(text), from, to, type);
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
  expect(findCycle(stateOf(text), from, to, type)).toBeUndefined();
});

test("a circle of parents that a merge left does not catch the search", () => {
  const state = stateOf("a^b b^a c>a");
  expect(findCycle(state, "d", "c", "blocks")).toBeUndefined();
  expect(findCycle(state, "a", "c", "blocks")).toBeDefined();
});
