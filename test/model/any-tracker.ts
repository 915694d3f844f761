import fc from "fast-check";
import { parentChild } from "../../model/dependency";
import { emptySource } from "../../model/issue-source";
import { State } from "../../model/state";
import { plainLine } from "./samples";

export interface Edge {
  readonly type: string;
  readonly target: string;
}

/** An issue to be. Of several parents only the first counts. */
export interface Seed {
  readonly status: string;
  readonly issue_type: string;
  readonly pinned: boolean;
  readonly estimated_minutes: number | undefined;
  readonly defer_until: string | undefined;
  readonly edges: readonly Edge[];
}

export const names = ["a", "b", "c", "d", "e", "f", "g"];

export const anyEdge: fc.Arbitrary<Edge> = fc.record({
  type: fc.constantFrom("blocks", "blocks", parentChild, parentChild, "waits-for", "related"),
  target: fc.constantFrom(...names, "gone"),
});

const anySeed: fc.Arbitrary<Seed> = fc.record({
  status: fc.oneof(
    { weight: 5, arbitrary: fc.constant("open") },
    {
      weight: 3,
      arbitrary: fc.constantFrom("closed", "closed", "tombstone", "in_progress", "deferred", "blocked"),
    },
    { weight: 1, arbitrary: fc.constantFrom("pinned", "triage") },
  ),
  issue_type: fc.constantFrom("task", "epic"),
  pinned: fc.integer({ max: 9, min: 0 }).map((number) => number === 0),
  estimated_minutes: fc.constantFrom(undefined, 30, 60, 90),
  defer_until: fc.constantFrom(
    undefined,
    undefined,
    undefined,
    "2026-01-01T00:00:00Z",
    "2026-02-01T00:00:00Z",
  ),
  edges: fc.array(anyEdge, { maxLength: 3 }),
});

/** Any tracker, cycles and circles of parents among it. */
export const anyTracker = fc
  .array(anySeed, { minLength: 1, maxLength: names.length })
  .map((seeds) => new Map(seeds.map((seed, at) => [names[at] ?? "", seed])));

export type Tracker = ReadonlyMap<string, Seed>;

export function stateOf(tracker: Tracker): State {
  const state = new State(emptySource);
  for (const [id, seed] of tracker) put(state, id, seed);
  return state;
}

export function put(state: State, id: string, { edges, ...facts }: Seed): void {
  const plain: object = JSON.parse(plainLine(id));
  const dependencies = edges.map(({ type, target }) => ({ issue_id: id, depends_on_id: target, type }));
  state.apply({ op: "put", id, line: JSON.stringify({ ...plain, ...facts, dependencies }) }, 1);
}

export function closing(tracker: Tracker, ids: readonly string[]): Tracker {
  return new Map(
    [...tracker].map(([id, seed]) => [id, ids.includes(id) ? { ...seed, status: "closed" } : seed]),
  );
}
