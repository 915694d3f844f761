import { expect, test } from "bun:test";
import fc from "fast-check";
import { findCycle } from "../../model/cycles";
import { blockingTypes, parentChild } from "../../model/dependency";
import type { Issue } from "../../model/issue";
import { Readiness } from "../../model/readiness";
import type { State } from "../../model/state";
import { isDeferred, isLive, shownStatus } from "../../model/status";
import { unblockedBy } from "../../model/unblocked";
import { type ReadinessClass, readinessClasses } from "../../model/verdict";
import { findWaitCycles } from "../../model/wait-cycles";
import {
  anyEdge,
  anyTracker,
  closing,
  type Edge,
  names,
  put,
  type Seed,
  stateOf,
  type Tracker,
} from "./any-tracker";
import { day } from "./samples";

function readyIn(state: State): string[] {
  const readiness = new Readiness(state, day);
  return [...state.ids()].filter((id) => readiness.isReady(id));
}

test("every live issue is in exactly one class, and it is the one that the rules say in plain words", () => {
  fc.assert(
    fc.property(anyTracker, (tracker) => {
      const state = stateOf(tracker);
      const readiness = new Readiness(state, day);
      const rules = new PlainRules(state);
      for (const issue of state.issues()) {
        const expected = rules.classOf(issue);
        expect(readiness.verdict(issue.id)?.class).toBe(expected);
        expect(readiness.isBlocked(issue.id)).toBe(expected === "blocked");
        if (expected !== undefined) expect(readinessClasses).toContain(expected);
        expect(readiness.openBlockersOf(issue.id).toSorted()).toEqual(rules.blockersOf(issue).toSorted());
        if (expected === "ready") expect(readiness.openBlockersOf(issue.id)).toEqual([]);
      }
    }),
    { numRuns: 1000 },
  );
}, 60_000);

test("what is asked for one by one is what one pass over all issues finds", () => {
  fc.assert(
    fc.property(anyTracker, (tracker) => {
      const state = stateOf(tracker);
      const single = new Readiness(state, day);
      const all = new Readiness(state, day);
      const listed = all.ready().map((issue) => issue.id);
      expect(listed.toSorted()).toEqual(readyIn(state));
      for (const id of state.ids()) {
        expect(all.verdict(id)).toEqual(single.verdict(id));
        expect(all.unblocks(id)).toBe(single.unblocks(id));
        expect(all.waitsFor(id)).toEqual(single.waitsFor(id));
      }
    }),
    { numRuns: 300 },
  );
}, 60_000);

test("closing issues makes those ready that were said to become so, and no others are reported", () => {
  fc.assert(
    fc.property(anyTracker, fc.subarray(names), (tracker, chosen) => {
      const before = stateOf(tracker);
      const was = readyIn(before);
      const live = chosen.filter((id) => isLive(before.issue(id)?.status ?? "closed"));
      const became = (ids: readonly string[]) => {
        const after = stateOf(closing(tracker, ids));
        const reported = unblockedBy(before, after, ids, day).map((issue) => issue.id);
        const found = readyIn(after).filter((id) => !was.includes(id));
        expect(reported.toSorted()).toEqual(found);
        return found;
      };
      became(live);
      const readiness = new Readiness(before, day);
      for (const id of live) expect(readiness.unblocks(id)).toBe(became([id]).length);
    }),
    { numRuns: 500 },
  );
}, 60_000);

const anyEdges = fc.array(fc.tuple(fc.constantFrom(...names), anyEdge), { maxLength: 20 });

/** Puts the edges in one after the other, as commands do: none that closes a cycle, and one parent each. */
function grow(tracker: Tracker, edges: readonly (readonly [string, Edge])[]): State {
  const grown = new Map([...tracker].map(([id, seed]): [string, Seed] => [id, { ...seed, edges: [] }]));
  const state = stateOf(grown);
  for (const [id, edge] of edges) {
    const seed = grown.get(id);
    if (seed === undefined || findCycle(state, id, edge.target, edge.type) !== undefined) continue;
    if (edge.type === parentChild && seed.edges.some(({ type }) => type === parentChild)) continue;
    const more = { ...seed, edges: [...seed.edges, edge] };
    grown.set(id, more);
    put(state, id, more);
  }
  return state;
}

test("while no cycle is let in nobody is stuck for ever: somebody can be worked on, or waits for a decision or a date", () => {
  fc.assert(
    fc.property(anyTracker, anyEdges, (tracker, edges) => {
      const state = grow(tracker, edges);
      const readiness = new Readiness(state, day);
      const verdicts = [...state.ids()].map((id) => readiness.verdict(id)).filter((one) => one !== undefined);
      const stuck = verdicts.filter(
        (one) => (one.class === "blocked" && one.reason !== "status") || one.reason === "children",
      );
      expect(verdicts.length === 0 || stuck.length < verdicts.length).toBe(true);
      expect(findWaitCycles(state.ids(), (id) => readiness.waitsFor(id))).toEqual([]);
    }),
    { numRuns: Number(process.env.BZ_RUNS ?? 500) },
  );
}, 60_000);

test("closing whatever is ready, again and again, ends with nothing left", () => {
  fc.assert(
    fc.property(anyTracker, anyEdges, (tracker, edges) => {
      const open = new Map(
        [...tracker].map(([id, seed]): [string, Seed] => [
          id,
          { ...seed, status: "open", pinned: false, defer_until: undefined },
        ]),
      );
      let state = grow(open, edges);
      for (let round = 0; round <= names.length; round++) {
        const after = state.fork();
        for (const id of readyIn(state)) {
          const line = state.line(id) ?? "";
          after.apply({ op: "put", id, line: line.replace('"status":"open"', '"status":"closed"') }, 2);
        }
        state = after;
      }
      expect([...state.issues()].filter((issue) => isLive(issue.status))).toEqual([]);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test("an edge is refused when it is put in if, and only if, it would let open epics wait for each other for ever", () => {
  fc.assert(
    fc.property(anyTracker, anyEdges, fc.constantFrom(...names), anyEdge, (tracker, edges, id, edge) => {
      const epics = new Map(
        [...tracker].map(([name, seed]): [string, Seed] => [
          name,
          { ...seed, status: "open", issue_type: "epic", pinned: false, defer_until: undefined },
        ]),
      );
      const state = grow(epics, edges);
      const issue = state.issue(id);
      fc.pre(issue !== undefined && (edge.type !== parentChild || issue.parent === undefined));
      // An edge of an issue to itself is refused in any case; as a link or as its own part it would do no harm.
      fc.pre(state.has(edge.target) && (edge.target !== id || blockingTypes.has(edge.type)));
      const isRefused = findCycle(state, id, edge.target, edge.type) !== undefined;
      const own = (issue?.dependencies ?? []).map(({ type, depends_on_id: target }) => ({ type, target }));
      const seed = epics.get(id);
      if (seed !== undefined) put(state, id, { ...seed, edges: [...own, edge] });
      const readiness = new Readiness(state, day);
      const cycles = findWaitCycles(state.ids(), (other) => readiness.waitsFor(other));
      expect(cycles.length > 0).toBe(isRefused);
    }),
    { numRuns: 1000 },
  );
}, 60_000);

/** The rules once more, from the top down and without any care for speed: who is below whom, and what passes down. */
class PlainRules {
  readonly #issues: readonly Issue[];

  constructor(state: State) {
    this.#issues = [...state.issues()];
  }

  classOf(issue: Issue): ReadinessClass | undefined {
    if (!isLive(issue.status)) return undefined;
    const status = shownStatus(issue, day);
    if (status === "in_progress") return "in_progress";
    const above = this.#issues.filter((other) => this.#below(other).has(issue.id));
    if ([issue, ...above].some((one) => isDeferred(one, day))) return "deferred";
    if (status === "blocked" || this.blockersOf(issue).length > 0) return "blocked";
    const hasOpenParts = this.#issues.some((other) => this.#isPart(other, issue) && isLive(other.status));
    const isWaitingEpic = issue.issue_type === "epic" && hasOpenParts;
    return status !== "open" || issue.pinned === true || isWaitingEpic ? "waiting" : "ready";
  }

  blockersOf(issue: Issue): string[] {
    if (!isLive(issue.status)) return [];
    const found = new Set(this.#openBlockers(issue));
    for (const holder of this.#issues) {
      const below = this.#below(holder);
      if (!isLive(holder.status) || !below.has(issue.id) || holder === issue) continue;
      for (const id of this.#openBlockers(holder)) if (!below.has(id)) found.add(id);
    }
    return [...found];
  }

  #openBlockers(issue: Issue): string[] {
    return issue.dependencies
      .filter(({ type }) => blockingTypes.has(type))
      .map(({ depends_on_id: id }) => id)
      .filter((id) => this.#issues.some((other) => other.id === id && isLive(other.status)));
  }

  /** All that is below, not through deleted ones; without the issue itself, also in a circle of parents. */
  #below(top: Issue): Set<string> {
    const found = new Set<string>();
    const open = top.status === "tombstone" ? [] : [top];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const other of this.#issues) {
        if (!this.#isPart(other, at) || found.has(other.id) || other === top) continue;
        found.add(other.id);
        if (other.status !== "tombstone") open.push(other);
      }
    }
    return found;
  }

  #isPart(issue: Issue, above: Issue): boolean {
    return issue.parent === above.id && issue.id !== above.id;
  }
}
