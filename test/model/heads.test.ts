import { expect, test } from "bun:test";
import fc from "fast-check";
import { parentChild } from "../../model/dependency";
import {
  firstPlaces,
  type Heads,
  type Order,
  type Place,
  placeOf,
  placesOnPage,
  type Shown,
} from "../../model/heads";
import type { Issue } from "../../model/issue";
import type { IssueSource } from "../../model/issue-source";
import { emptySource } from "../../model/issue-source";
import { liveOrder } from "../../model/live-order";
import { type HeadSizes, headsOf, nextHeads } from "../../model/next-heads";
import { selectIssues } from "../../model/query";
import { Readiness } from "../../model/readiness";
import { readyOrder } from "../../model/ready-order";
import { shownInBase } from "../../model/shown-facts";
import { State } from "../../model/state";
import { findWaitCycles } from "../../model/wait-cycles";
import { type Edge, names, put, type Seed } from "./any-tracker";
import { issuesAlone } from "./issues-alone";
import { searchedHeads } from "./searched-heads";

const dayMs = 86_400_000;
const firstMs = Date.UTC(2026, 0, 1);
/** Times until which issues are put off, and moments before, between and at them. */
const untilDays = [0.5, 2, 4, 4, 6, 8];
const anyMoment = fc.integer({ min: 0, max: 10 }).map((days) => firstMs + days * dayMs);

interface RankedSeed extends Seed {
  readonly priority: number;
  readonly created_at: string;
  readonly title: string;
  readonly assignee: string | undefined;
}

const ids = names.slice(0, 6);
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Trees with blockers in and between them, since what is judged by its neighbours goes wrong there. Most edges lead to later ids: few circles. */
function anyEdgesOf(id: string): fc.Arbitrary<Edge[]> {
  const later = ids.slice(ids.indexOf(id) + 1);
  const target = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...later, "gone") },
    { weight: 1, arbitrary: fc.constantFrom(...ids) },
  );
  return fc
    .tuple(sometimes(target), fc.array(target, { maxLength: 2 }), sometimes(target))
    .map(([parent, blockers, linked]) => [
      ...(parent === undefined ? [] : [{ type: parentChild, target: parent }]),
      ...blockers.map((blocker) => ({ type: "blocks", target: blocker })),
      ...(linked === undefined ? [] : [{ type: "related", target: linked }]),
    ]);
}

const anyStatus = fc.oneof(
  { weight: 6, arbitrary: fc.constant("open") },
  { weight: 5, arbitrary: fc.constantFrom("closed", "closed", "tombstone", "in_progress", "deferred") },
  { weight: 1, arbitrary: fc.constantFrom("blocked", "pinned", "triage") },
);

const anySeedOf = (id: string): fc.Arbitrary<RankedSeed> =>
  fc.record({
    status: anyStatus,
    issue_type: fc.constantFrom("task", "task", "epic"),
    pinned: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
    estimated_minutes: fc.constant(undefined),
    defer_until: fc.oneof(
      { weight: 4, arbitrary: fc.constant(undefined) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(...untilDays).map((days) => new Date(firstMs + days * dayMs).toJSON()),
      },
    ),
    edges: anyEdgesOf(id),
    priority: fc.constantFrom(0, 0, 1, 2),
    title: fc.constantFrom("One", "Another", "Long".repeat(300)),
    assignee: fc.constantFrom(undefined, "ann"),
    created_at: fc.constantFrom("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z", "2025-02-01T00:00:00Z"),
  });

/** What a write changes of an issue: one thing, or everything. */
function anyChangeOf(id: string): fc.Arbitrary<readonly [string, Partial<RankedSeed>]> {
  const seed = anySeedOf(id);
  return fc
    .oneof(
      { weight: 1, arbitrary: seed },
      { weight: 4, arbitrary: seed.map(({ status }) => ({ status })) },
      { weight: 4, arbitrary: seed.map(({ edges }) => ({ edges })) },
      { weight: 1, arbitrary: seed.map(({ defer_until }) => ({ defer_until })) },
      { weight: 1, arbitrary: seed.map(({ issue_type, pinned }) => ({ issue_type, pinned })) },
      { weight: 1, arbitrary: seed.map(({ priority }) => ({ priority })) },
      { weight: 2, arbitrary: seed.map(({ title, assignee }) => ({ title, assignee })) },
    )
    .map((change) => [id, change]);
}

/** What happens between two snapshots, and the moment of the second. */
interface Step {
  readonly changes: readonly (readonly [string, Partial<RankedSeed>])[];
  readonly nowMs: number;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  changes: fc.array(fc.constantFrom(...ids).chain(anyChangeOf), { maxLength: 2 }),
  nowMs: anyMoment,
});

const anyStory = fc.record({
  seeds: fc.tuple(...ids.map((id) => fc.tuple(fc.constant(id), anySeedOf(id)))),
  nowMs: anyMoment,
  steps: fc.array(anyStep, { minLength: 1, maxLength: 6 }),
  sizes: fc.record({
    places: fc.constantFrom(2, 3, 5, 20),
    comingBack: fc.constantFrom(1, 2, 20),
    cameBack: fc.constantFrom(0, 1, 20),
    shown: fc.constantFrom(0, 1, 3, 20),
  }),
  page: fc.record({ limit: fc.constantFrom(0, 1, 2, 4), offset: fc.constantFrom(0, 0, 1, 3) }),
});

const plainSeed: RankedSeed = {
  status: "open",
  issue_type: "task",
  pinned: false,
  estimated_minutes: undefined,
  defer_until: undefined,
  edges: [],
  priority: 2,
  title: "One",
  assignee: undefined,
  created_at: "2025-01-01T00:00:00Z",
};

/** Issues with heads beside them, as a snapshot is. */
function sourceWith(issues: State, heads: Heads): IssueSource {
  const searched = searchedHeads(heads);
  return { ...issuesAlone(issues), heads: () => searched };
}

interface Listed {
  readonly places: readonly Place[];
  readonly total: number;
}

function listedFrom(order: Order, page: { limit: number; offset: number }): Listed | undefined {
  const places = placesOnPage(order, page);
  return places && { places, total: order.total };
}

/** As `list` and `ready` do it without heads. */
function fullyListed(state: State, nowMs: number, page: { limit: number; offset: number }) {
  const readiness = new Readiness(state, nowMs);
  readiness.readAll();
  const live = selectIssues(state, { nowMs, ...page });
  const ready = selectIssues(state, {
    nowMs,
    ...page,
    accepts: ({ id }) => readiness.isReady(id),
    weigh: ({ id }) => readiness.unblocks(id),
  });
  return {
    live: { total: live.total, places: live.issues.map((issue) => placeOf(issue)) },
    ready: {
      total: ready.total,
      places: ready.issues.map((issue) => placeOf(issue, readiness.unblocks(issue.id))),
    },
    cycles: findWaitCycles(state.ids(), (id) => readiness.waitsFor(id)),
  };
}

test("list and ready from a snapshot's heads and what was changed since are what looking at all issues finds, in every history", () => {
  const counts = { shown: 0, asked: 0, live: 0, ready: 0, kept: 0, heads: 0 };
  fc.assert(
    fc.property(anyStory, ({ seeds, nowMs, steps, sizes, page }) => {
      const tracker = new Map(seeds);
      const first = new State(emptySource);
      for (const [id, seed] of tracker) put(first, id, seed);
      let base = sourceWith(first, headsOf(first, nowMs, sizes));
      for (const step of steps) {
        const state = new State(base);
        for (const [id, change] of step.changes) {
          const seed = { ...(tracker.get(id) ?? plainSeed), ...change };
          tracker.set(id, seed);
          put(state, id, seed);
        }
        const heads = state.headsOfBase();
        if (heads === undefined) throw new Error("a source with heads has lost them");
        const full = fullyListed(state, step.nowMs, page);
        const live = listedFrom(liveOrder(state, heads), page);
        const readyNow = readyOrder(state, heads, step.nowMs);
        const ready = readyNow && listedFrom(readyNow, page);
        counts.asked++;
        if (live !== undefined) counts.live++;
        if (live !== undefined) expect(live).toEqual(full.live);
        if (ready !== undefined) counts.ready++;
        if (ready !== undefined) expect(ready).toEqual(full.ready);
        for (const order of [liveOrder(state, heads), readyNow])
          if (order !== undefined) counts.shown += expectTrueWords(state, order);
        if (readyNow !== undefined) expect(full.cycles).toEqual([]);
        const next = nextHeads(state, step.nowMs, { sizes });
        expectTrueHeads(next, state, step.nowMs, sizes);
        base = sourceWith(state, next);
      }
    }),
    { numRuns: Number(process.env.BZ_RUNS ?? 3000) },
  );
  expect(counts.shown).toBeGreaterThan(counts.asked);
  expect(counts.live).toBeGreaterThan(counts.asked / 2);
  expect(counts.ready).toBeGreaterThan(counts.asked / 3);
}, 120_000);

test("after more changes than are worth it the order of ready is not told, be they of issues without any edge", () => {
  const first = new State(emptySource);
  put(first, "a", plainSeed);
  const heads = headsOf(first, firstMs);
  const state = new State(sourceWith(first, heads));
  for (const id of ["n1", "n2", "n3"]) put(state, id, plainSeed);
  expect(readyOrder(state, heads, firstMs, { limit: 3 })?.total).toBe(4);
  expect(readyOrder(state, heads, firstMs, { limit: 2 })).toBeUndefined();
});

test("the first of a million that came since are told: a call takes no million arguments", () => {
  const moved = Array.from({ length: 1_000_000 }, (_, index) => {
    return { id: `bd-${index}`, priority: 2, unblocks: 0, createdMs: index };
  });
  const head = { total: 0, length: 0, places: [] };
  expect(firstPlaces(head, () => false, moved, 2)).toEqual(moved.slice(0, 2));
});

test("who moves takes what stands below along: a blocker of the whole becomes one of its parts", () => {
  const edge = (type: string, target: string): Edge => ({ type, target });
  const first = new State(emptySource);
  put(first, "a", { ...plainSeed, edges: [edge(parentChild, "b")] });
  put(first, "b", { ...plainSeed, edges: [edge("blocks", "d")] });
  put(first, "c", plainSeed);
  put(first, "d", { ...plainSeed, edges: [edge(parentChild, "c")] });
  const heads = headsOf(first, firstMs);
  expect([...heads.ready.places].map(({ id }) => id)).toEqual(["d", "c"]);
  const state = new State(sourceWith(first, heads));
  put(state, "c", { ...plainSeed, edges: [edge(parentChild, "b")] });
  const order = readyOrder(state, heads, firstMs);
  const page = { limit: 0, offset: 0 };
  expect(order && listedFrom(order, page)).toEqual(fullyListed(state, firstMs, page).ready);
  expect(order?.first(9).map(({ id }) => id)).toEqual(["d", "a", "c"]);
});

/** How many issues the head of an order tells of, without their lines. */
function expectTrueWords(state: State, order: Order): number {
  const known = shownInBase(state, order.head);
  const words = order.first(order.total).map(({ id }) => ({ is: known(id), should: state.issue(id) }));
  const told = words.filter(({ is }) => is !== undefined);
  expect(told.map(({ is }) => is)).toEqual(told.map(({ should }) => shownIn(should)));
  return told.length;
}

function shownIn(issue: Issue | undefined): Shown | undefined {
  if (issue === undefined || issue.title.length > 900) return undefined;
  const { title, status, issue_type, assignee, defer_until } = issue;
  return { title, status, issue_type, assignee, defer_until };
}

/** What is kept over several snapshots may be shorter than what would be found from all issues, but never something else. */
function expectTrueHeads(next: Heads, state: State, nowMs: number, sizes: HeadSizes): void {
  const full = headsOf(state, nowMs, { places: 1000, comingBack: 1000, cameBack: 1000, shown: 1000 });
  for (const order of ["live", "ready"] as const) {
    const [own, all] = [next[order], full[order]];
    expect(own.total).toBe(all.total);
    expect(own.length).toBeGreaterThanOrEqual(Math.min(all.total, Math.floor(sizes.places / 2)));
    expect([...own.places]).toEqual([...all.places].slice(0, own.length));
    const listed = [...own.places].slice(0, sizes.shown).map(({ id }) => state.issue(id));
    expect(own.shown).toEqual(listed.map(shownIn));
  }
  expect(next.nowMs).toBe(nowMs);
  expect(next.hasWaitCycles).toBe(full.hasWaitCycles);
  const { fromMs, untilMs, entries } = next.deferrals;
  const inSpan = full.deferrals.entries.filter((entry) => entry.untilMs >= fromMs && entry.untilMs < untilMs);
  const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
  expect(entries.toSorted(byId)).toEqual(inSpan.toSorted(byId));
}
