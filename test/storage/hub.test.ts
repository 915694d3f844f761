import { describe, expect, test } from "bun:test";
import { compareIds } from "../../model/issue-id";
import { Neighbours } from "../../model/neighbours";
import { Readiness } from "../../model/readiness";
import { State } from "../../model/state";
import { unblockedBy } from "../../model/unblocked";
import { snapshotLine, writtenSnapshot } from "../helpers/written-snapshot";
import { plainLine } from "../model/samples";

const nowMs = Date.UTC(2026, 5, 1);
const many = 2000;

/** An epic that is blocked by a hub, with many parts, for which the hub is a blocker, too, and twice of some of them. */
function hub(): ReturnType<typeof writtenSnapshot> {
  const edges = (...list: readonly string[]): string => `,"dependencies":[${list.join(",")}]`;
  const edge = (to: string, type: string): string => `{"depends_on_id":"${to}","type":"${type}"}`;
  const parts = Array.from({ length: many }, (_, number) => {
    const blocker = edge("t-hub", "blocks");
    const twice = number % 7 === 0 ? [blocker, edge("t-hub", "related")] : [];
    return [`t-p${number}`, edges(edge("t-epic", "parent-child"), blocker, ...twice)] as const;
  });
  const all = [["t-hub", ""], ["t-epic", ""], ["t-free", ""], ...parts] as const;
  const lines = all.map(([id, more]) => snapshotLine(id, plainLine(id, more)));
  return writtenSnapshot(lines.sort((left, right) => compareIds(left.id, right.id)));
}

describe("an issue that thousands wait for", () => {
  test("is asked for them without a line of theirs being read, and so is what its closing frees", () => {
    const { snapshot, process } = hub();
    const state = new State(snapshot);
    const after = state.fork();
    const closed = { status: "closed", closed_at: "2026-02-01T00:00:00Z" };
    const line = JSON.stringify({ ...JSON.parse(plainLine("t-hub")), ...closed });
    after.apply({ op: "put", id: "t-hub", line }, 9);
    const before = process.calls.length;
    const neighbours = new Neighbours(state);
    expect(neighbours.dependentsOf("t-hub")).toHaveLength(many);
    expect(neighbours.childrenOf("t-epic")).toHaveLength(many);
    expect(new Readiness(state, nowMs).unblocks("t-hub")).toBe(many);
    expect(unblockedBy(state, after, ["t-hub"], nowMs)).toHaveLength(many);
    expect(process.calls.length - before).toBeLessThan(40);
  });

  test("has the same ones as when all issues are looked at, also where some were changed since", () => {
    const state = new State(hub().snapshot);
    for (const number of [3, 14, 1999]) {
      const id = `t-p${number}`;
      state.apply({ op: "put", id, line: plainLine(id) }, 9);
    }
    state.apply(
      {
        op: "put",
        id: "t-new",
        line: plainLine("t-new", `,"dependencies":[{"depends_on_id":"t-hub","type":"blocks"}]`),
      },
      9,
    );
    const searched = new Neighbours(state);
    const read = new Neighbours(state);
    read.readAll();
    for (const id of ["t-free", "t-hub", "t-epic", "t-p3"]) {
      expect(searched.dependentsOf(id)).toEqual(read.dependentsOf(id));
      expect(searched.childrenOf(id)).toEqual(read.childrenOf(id));
    }
    expect(searched.dependentsOf("t-hub")).toContain("t-new");
    expect(searched.dependentsOf("t-hub")).toHaveLength(many - 2);
  });
});
