import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { dependencyTree, type TreeOptions } from "../../model/dependency-tree";
import { emptySource } from "../../model/issue-source";
import { State } from "../../model/state";
import { plainLine } from "./samples";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

/** `a>b`: a depends on b; `a^p`: a is part of p; `a` alone is an issue. A target that is no issue stays unknown. */
function stateOf(text: string): State {
  const state = new State(emptySource);
  const issues = new Map<string, string[]>();
  for (const [, id = "", sign, target = ""] of text.matchAll(/(\w+)(?:([>^])(\w+))?/g)) {
    const edges = issues.get(id) ?? [];
    issues.set(id, edges);
    const type = sign === "^" ? "parent-child" : "blocks";
    if (sign !== undefined) edges.push(`{"depends_on_id":"${target}","type":"${type}"}`);
  }
  for (const [id, edges] of issues) {
    const line = plainLine(id, edges.length > 0 ? `,"dependencies":[${edges.join(",")}]` : "");
    state.apply({ op: "put", id, line }, 1);
  }
  return state;
}

/** One line a node: its id, indented by depth, and why it ends. */
function drawn(text: string, root: string, options: Partial<TreeOptions> = {}): string {
  const nodes = dependencyTree(stateOf(text), root, { direction: "down", maxDepth: 50, ...options });
  return nodes
    .map(({ id, issue, depth, end }) => {
      const ending = issue === undefined ? " unknown" : end === undefined ? "" : ` ${end}`;
      return `${"-".repeat(depth)}${id}${ending}`;
    })
    .join(" ");
}

describe("a tree of dependencies", () => {
  test("goes down to what an issue depends on, parents among it", () => {
    expect(drawn("a>b a>c b>d c^p d p", "a")).toBe("a -b --d -c --p");
  });

  test("goes up to what depends on it", () => {
    expect(drawn("a>b a>c b>d c>d d", "d", { direction: "up" })).toBe("d -b --a -c --a");
  });

  test("unfolds what is shared once, and says so where it comes again", () => {
    expect(drawn("a>b a>c b>d c>d d>e e", "a")).toBe("a -b --d ---e -c --d repeated");
  });

  test("ends where a circle closes", () => {
    expect(drawn("a>b b>c c>a", "a")).toBe("a -b --c ---a cycle");
    expect(drawn("a>a", "a")).toBe("a -a cycle");
  });

  test("ends at the depth asked for, and says where something was left out", () => {
    expect(drawn("a>b b>c c", "a", { maxDepth: 1 })).toBe("a -b depth");
    expect(drawn("a>b b>c c", "a", { maxDepth: 2 })).toBe("a -b --c");
  });

  test("unfolds near the root what a longer way met at its last step", () => {
    expect(drawn("a>b a>c b>c c>d d", "a", { maxDepth: 2 })).toBe("a -b --c depth -c --d");
  });

  test("shows an id that nobody knows", () => {
    expect(drawn("a>x", "a")).toBe("a -x unknown");
  });

  test("says which edge leads to a node, and which node is the last of its kind", () => {
    const nodes = dependencyTree(stateOf("a>b a^c b c"), "a", { direction: "down", maxDepth: 5 });
    expect(nodes.map(({ id, above, type, isLast }) => [id, above, type, isLast])).toEqual([
      ["a", undefined, undefined, true],
      ["b", "a", "blocks", false],
      ["c", "a", "parent-child", true],
    ]);
  });

  test("may be deep and wide, and has each edge once", () => {
    const deep = Array.from({ length: 5000 }, (_, at) => `n${at}>n${at + 1}`).join(" ");
    const chain = dependencyTree(stateOf(`${deep} n5000`), "n0", { direction: "down", maxDepth: 10_000 });
    expect(chain.length).toBe(5001);
    expect(chain.at(-1)?.depth).toBe(5000);
    const layers = Array.from({ length: 30 }, (_, at) => `${pairs(at)}`).join(" ");
    const wide = dependencyTree(stateOf(layers), "l0a", { direction: "down", maxDepth: 100 });
    // Without unfolding once there would be two to the thirtieth.
    expect(wide.length).toBeLessThan(4 * 31);
  });
});

function pairs(layer: number): string {
  const [a, b] = [`l${layer}a`, `l${layer}b`];
  const [c, d] = [`l${layer + 1}a`, `l${layer + 1}b`];
  return `${a}>${c} ${a}>${d} ${b}>${c} ${b}>${d}`;
}
