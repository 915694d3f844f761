import { expect, test } from "bun:test";
import { Readiness } from "../../model/readiness";
import { cycleThrough, findWaitCycles } from "../../model/wait-cycles";
import { trackerOf } from "./graph-samples";
import { day } from "./samples";

/** `ab bc` is: a waits for b, b waits for c. */
function waits(text: string): (id: string) => string[] {
  return (id) =>
    text
      .split(" ")
      .filter((pair) => pair[0] === id)
      .map((pair) => pair.slice(1));
}

test("the way round from an issue to itself is the shortest one", () => {
  expect(cycleThrough("a", waits("ab bc cd da ca"))).toEqual(["a", "b", "c", "a"]);
  expect(cycleThrough("a", waits("aa ab ba"))).toEqual(["a", "a"]);
  expect(cycleThrough("a", waits("ab bc cb"))).toBeUndefined();
  expect(cycleThrough("a", waits(""))).toBeUndefined();
});

test("cycles are found behind an issue and beside each other, those that share an issue once", () => {
  expect(findWaitCycles(["a"], waits("ab bc cb"))).toEqual([["b", "c", "b"]]);
  expect(findWaitCycles(["a", "b", "c", "d", "e"], waits("ab ba cd dc ee"))).toEqual([
    ["a", "b", "a"],
    ["c", "d", "c"],
    ["e", "e"],
  ]);
  expect(findWaitCycles(["a", "b", "c"], waits("ab ba bc cb"))).toEqual([["a", "b", "a"]]);
  expect(findWaitCycles(["a", "b", "c", "d"], waits("ab ac bd cd"))).toEqual([]);
});

test("what is in progress or closed breaks a cycle, what is put off or pinned does not, and epics wait for their parts", () => {
  const cyclesOf = (text: string) => {
    const state = trackerOf(text);
    const readiness = new Readiness(state, day);
    return findWaitCycles(state.ids(), (id) => readiness.waitsFor(id));
  };
  expect(cyclesOf("a>b b>a")).toEqual([["a", "b", "a"]]);
  expect(cyclesOf("a>b b>a a:in_progress")).toEqual([]);
  expect(cyclesOf("a>b b>a a:closed")).toEqual([]);
  expect(cyclesOf("a>b b>a a:deferred")).toEqual([["a", "b", "a"]]);
  expect(cyclesOf("a>b b>a a:pinned!")).toEqual([["a", "b", "a"]]);
  expect(cyclesOf("e:epic c^e x>e c>x")).toEqual([["c", "x", "e", "c"]]);
  expect(cyclesOf("e:epic e:in_progress c^e c>e")).toEqual([["c", "e", "c"]]);
  expect(cyclesOf("t c^t c>t")).toEqual([]);
});

test("a chain and a tree may be as deep as the store is large", () => {
  const depth = 5000;
  const ids = Array.from({ length: depth }, (_, at) => `n${String(at).padStart(5, "0")}`);
  const pairs = (sign: string) => ids.slice(1).map((id, at) => `${id}${sign}${ids[at]}`);
  const last = ids[depth - 1] ?? "";
  const chain = trackerOf(`${pairs(">").join(" ")} n00000>${last}`);
  const stuck = new Readiness(chain, day);
  expect(findWaitCycles(chain.ids(), (id) => stuck.waitsFor(id)).map((cycle) => cycle.length)).toEqual([
    depth + 1,
  ]);
  expect(cycleThrough("n00000", (id) => stuck.waitsFor(id))).toHaveLength(depth + 1);
  const tree = new Readiness(trackerOf(`${pairs("^").join(" ")} n00000>x`), day);
  expect(tree.verdict(last)).toMatchObject({ class: "blocked", holds: [{ blocker: "x", holder: "n00000" }] });
  tree.readAll();
  expect(tree.unblocks("x")).toBe(depth);
}, 60_000);
