import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { findCycle, findCycles, innerEdgesAround } from "../../model/cycles";
import { parentChild } from "../../model/dependency";
import { emptySource } from "../../model/issue-source";
import { State } from "../../model/state";
import { plainLine } from "./samples";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

type Edge = readonly [from: string, to: string, type: string];

function stateWith(ids: readonly string[], edges: readonly Edge[], deleted: readonly string[] = []): State {
  const state = new State(emptySource);
  for (const id of ids) {
    const own = edges.filter(([from]) => from === id);
    const dependencies = own.map(([, to, type]) => `{"depends_on_id":"${to}","type":"${type}"}`);
    const line = plainLine(id, dependencies.length > 0 ? `,"dependencies":[${dependencies.join(",")}]` : "");
    const status = deleted.includes(id) ? '"status":"tombstone"' : '"status":"open"';
    state.apply({ op: "put", id, line: line.replace('"status":"open"', status) }, 1);
  }
  return state;
}

/** `a>b` waits for b, `a^p` is part of p, `a~b` is a link. */
function cyclesOf(text: string): string[][] {
  const edges = [...text.matchAll(/(\w+)([>^~])(\w+)/g)].map(([, from = "", sign, to = ""]): Edge => {
    return [from, to, sign === "^" ? "parent-child" : sign === ">" ? "blocks" : "related"];
  });
  return findCycles(stateWith([...new Set(edges.flatMap((edge) => edge.slice(0, 2)))], edges));
}

describe("cycles that stand in a state", () => {
  test.each([
    ["two issues", "a>b b>a", [["a", "b"]]],
    ["an issue that waits for itself", "a>a", [["a"]]],
    ["a chain, from its least id on", "d>b b>c c>d", [["b", "c", "d"]]],
    [
      "two circles apart",
      "a>b b>a c>d d>e e>c",
      [
        ["a", "b"],
        ["c", "d", "e"],
      ],
    ],
    [
      "two circles through one issue",
      "a>b b>a a>c c>a",
      [
        ["a", "b"],
        ["a", "c"],
      ],
    ],
    ["a child that waits for its parent", "c^p c>p", [["c", "p"]]],
    ["a child whose blocker waits for its parent", "c^p c>b b>p", [["b", "p", "c"]]],
    ["a circle of parents", "a^b b^a", [["a", "b"]]],
    ["what hangs on a circle is not part of it", "a>b b>a x>a b>y", [["a", "b"]]],
  ])("are found: %s", (_, text, cycles) => {
    expect(cyclesOf(text)).toEqual(cycles);
  });

  test.each([
    ["a diamond", "a>b a>c b>d c>d"],
    ["a parent that waits for its child", "c^p p>c"],
    ["links", "a~b b~a"],
    ["siblings", "c^p d^p c>d"],
  ])("are not seen in %s", (_, text) => {
    expect(cyclesOf(text)).toEqual([]);
  });

  test("end at a deleted issue, which holds nobody up", () => {
    const edges: Edge[] = [
      ["a", "b", "blocks"],
      ["b", "a", "blocks"],
    ];
    expect(findCycles(stateWith(["a", "b"], edges))).toEqual([["a", "b"]]);
    expect(findCycles(stateWith(["a", "b"], edges, ["b"]))).toEqual([]);
  });

  test("may be longer than the stack is deep", () => {
    const ids = Array.from({ length: 5_000 }, (_, at) => `n${at}`);
    const edges = ids.map((id, at): Edge => [id, ids[(at + 1) % ids.length] ?? "", "blocks"]);
    // Edges by id, because looking through all of them for every issue is what would take long here.
    const state = new State(emptySource);
    for (const [from, to, type] of edges) {
      const line = plainLine(from, `,"dependencies":[{"depends_on_id":"${to}","type":"${type}"}]`);
      state.apply({ op: "put", id: from, line }, 1);
    }
    const [cycle, ...others] = findCycles(state);
    expect(cycle?.length).toBe(5_000);
    expect(others).toEqual([]);
  });

  test("are looked for in parts of parts a thousand deep, each of which something waits for", () => {
    const depth = 1_500;
    const state = new State(emptySource);
    const put = (id: string, on: string, type: string) =>
      state.apply(
        {
          op: "put",
          id,
          line: plainLine(id, `,"dependencies":[{"depends_on_id":"${on}","type":"${type}"}]`),
        },
        1,
      );
    state.apply({ op: "put", id: "n0", line: plainLine("n0") }, 1);
    for (let at = 1; at < depth; at++) put(`n${at}`, `n${at - 1}`, parentChild);
    for (let at = 0; at < depth; at++) put(`w${at}`, `n${at}`, "blocks");
    // To look for an issue among its ancestors by comparing each with all before it would take eleven seconds here.
    expect(findCycles(state)).toEqual([]);
  });
});

const names = ["a", "b", "c", "d", "e", "f"];
const anyEdge = fc.tuple(
  fc.constantFrom(...names),
  fc.constantFrom(...names),
  fc.constantFrom("blocks", "parent-child", "waits-for", "related"),
);

/** An issue that stops being part of anything. */
const partOfNothing = fc.constantFrom(...names).map((id): Edge => [id, "", parentChild]);

/** `f` may wait for `a` as long as that is part of it; then for `a`, whose blocker cannot start before `f` does. */
function movedOutOf(parent: string): Edge[] {
  return [
    ["c", "f", parentChild],
    ["a", "c", parentChild],
    ["f", "a", "blocks"],
    ["d", "f", parentChild],
    ["a", "d", "blocks"],
    ["a", parent, parentChild],
  ];
}

/** With one parent an issue at most, and no edge to itself: what commands can make, but for its cycles. */
function withoutNonsense(edges: readonly Edge[]): Edge[] {
  const kept = new Map<string, Edge>();
  for (const edge of edges) {
    const [from, to, type] = edge;
    if (from !== to) kept.set(type === "parent-child" ? `${from} ^` : `${from} ${to} ${type}`, edge);
  }
  return [...kept.values()];
}

describe("findCycle and findCycles agree", () => {
  test("edges that were let in one by one never make a cycle", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 6, arbitrary: anyEdge }, { weight: 1, arbitrary: partOfNothing }), {
          maxLength: 24,
        }),
        fc.subarray(names, { maxLength: 2 }),
        (steps, deleted) => {
          let accepted: Edge[] = [];
          for (const [from, to, type] of steps) {
            const before = stateWith(names, accepted, deleted);
            const edges = accepted.filter(
              ([id, , each]) => id !== from || each !== parentChild || type !== parentChild,
            );
            if (to !== "") edges.push([from, to, type]);
            const next = withoutNonsense(edges);
            const after = stateWith(names, next, deleted);
            const suspects = to === "" ? [] : [{ fromId: from, toId: to, type }];
            if (type === parentChild) suspects.push(...innerEdgesAround(before, from));
            const isRefused = suspects.some(
              (edge) => findCycle(after, edge.fromId, edge.toId, edge.type) !== undefined,
            );
            if (deleted.includes(from) || isRefused) continue;
            accepted = next;
            expect(findCycles(after)).toEqual([]);
          }
        },
      ),
      {
        numRuns: 1000,
        examples: [
          [movedOutOf("b"), []],
          [movedOutOf(""), []],
        ],
      },
    );
  });

  test("an edge is refused exactly when it would be in a cycle", () => {
    fc.assert(
      fc.property(fc.array(anyEdge, { maxLength: 16 }), (drawn) => {
        const edges = withoutNonsense(drawn);
        const state = stateWith(names, edges);
        const isAnyRefused = edges.some(([from, to, type]) => findCycle(state, from, to, type) !== undefined);
        expect(findCycles(state).length > 0).toBe(isAnyRefused);
      }),
      { numRuns: 1000 },
    );
  });

  test("whatever is deleted, unless something would be below itself", () => {
    const anyLink = anyEdge.filter(([, , type]) => type !== "parent-child");
    const anyParts = fc.subarray(names.slice(1)).chain((children) =>
      fc.tuple(
        ...children.map((child) =>
          // Only to an earlier name, so that no parents go round.
          fc
            .constantFrom(...names.slice(0, names.indexOf(child)))
            .map((parent): Edge => [child, parent, parentChild]),
        ),
      ),
    );
    fc.assert(
      fc.property(
        fc.array(anyLink, { maxLength: 16 }),
        anyParts,
        fc.subarray(names),
        (links, parts, deleted) => {
          const edges = withoutNonsense([...links, ...parts]);
          const state = stateWith(names, edges, deleted);
          const isAnyRefused = edges.some(
            ([from, to, type]) => findCycle(state, from, to, type) !== undefined,
          );
          expect(findCycles(state).length > 0).toBe(isAnyRefused);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("every issue in a cycle is in one that is reported, and nothing else is", () => {
    fc.assert(
      fc.property(fc.array(anyEdge, { maxLength: 16 }), (drawn) => {
        const edges = withoutNonsense(drawn).filter(([, , type]) => type === "blocks");
        const reached = (from: string, seen = new Set<string>()): Set<string> => {
          for (const [id, to] of edges) {
            if (id !== from || seen.has(to)) continue;
            seen.add(to);
            reached(to, seen);
          }
          return seen;
        };
        const knotted = names.filter((name) => reached(name).has(name));
        expect([...new Set(findCycles(stateWith(names, edges)).flat())].sort()).toEqual(knotted);
      }),
      { numRuns: 400 },
    );
  });
});

test("what is below something deleted stands for itself: an edge to it can close a cycle", () => {
  const edges: Edge[] = [
    ["c", "b", parentChild],
    ["e", "c", "blocks"],
    ["f", "c", parentChild],
    ["e", "f", parentChild],
  ];
  const ids = ["b", "c", "e", "f"];
  expect(findCycle(stateWith(ids, edges), "b", "e", "blocks")).toBeUndefined();
  expect(findCycle(stateWith(ids, edges, ["f"]), "b", "e", "blocks")).toBeDefined();
  // What was deleted may come back, so nothing is put below itself across it.
  expect(findCycle(stateWith(ids, edges, ["f"]), "c", "e", parentChild)).toBeDefined();
  expect(findCycle(stateWith(["b", "c"], [["c", "b", parentChild]], ["c"]), "b", "c", parentChild)).toEqual([
    "b",
    "c",
    "b",
  ]);
});
