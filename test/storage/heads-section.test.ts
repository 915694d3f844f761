import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Deferral, Head, Heads, Place, Shown } from "../../model/heads";
import { headsOf } from "../../model/next-heads";
import type { State } from "../../model/state";
import { HeadsBuilder } from "../../storage/heads-builder";
import type { SectionBuilder } from "../../storage/section-writer";
import { openSnapshot, type Snapshot } from "../../storage/snapshot";
import { verifySnapshot } from "../../storage/snapshot-verification";
import { writeSnapshot } from "../../storage/snapshot-writer";
import { storeWithWrites } from "../helpers/moments";
import { attempt, beadsPath, SimulatedWorld } from "../helpers/simulated-world";
import { compactIn } from "../helpers/story";

const origin = {
  storeId: new Uint8Array(16),
  nextGeneration: 3,
  lastSequence: 8,
  lastChecksum: 1n,
  prefix: "bd",
};
const info = { timeMs: 1, actor: "tester", command: "test" };

const anyId = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const anyMs = fc.oneof(fc.integer(), fc.double({ noNaN: true }));
const anyPlace: fc.Arbitrary<Place> = fc.record({
  id: anyId,
  priority: fc.integer({ min: 0, max: 4 }),
  unblocks: fc.nat(),
  createdMs: fc.nat(),
});
const anyText = fc.string({ unit: "binary", maxLength: 8 });
const perhaps = fc.option(anyText, { nil: undefined });
const anyShown: fc.Arbitrary<Shown> = fc.record({
  title: anyText,
  status: anyText,
  issue_type: anyText,
  assignee: perhaps,
  defer_until: perhaps,
});
const anyHead: fc.Arbitrary<Head> = fc
  .tuple(
    fc.array(anyPlace, { maxLength: 60 }),
    fc.nat(),
    fc.array(fc.option(anyShown, { nil: undefined }), { maxLength: 60 }),
  )
  .map(([places, more, shown]) => {
    const { length } = places;
    return { total: length + more, length, places, shown: shown.slice(0, length) };
  });
const anyDeferral: fc.Arbitrary<Deferral> = fc.record({ id: anyId, untilMs: anyMs });
const anyHeads: fc.Arbitrary<Heads> = fc.record({
  nowMs: anyMs,
  live: anyHead,
  ready: anyHead,
  hasWaitCycles: fc.boolean(),
  deferrals: fc.record({ fromMs: anyMs, untilMs: anyMs, entries: fc.array(anyDeferral) }),
});

describe("the section of heads", () => {
  test("is read as it was written", () => {
    fc.assert(
      fc.property(anyHeads, (heads) => {
        expect(plain(snapshotWith(new HeadsBuilder(() => heads)).heads())).toEqual(heads);
      }),
    );
  });

  test("says of an issue that it is among the first only where it is, and of nearly all that are", () => {
    const anyWhole = fc.stringMatching(/^[a-d]{1,3}-[ab]{1,7}$/);
    const anyOrder = fc.array(fc.tuple(anyPlace, anyWhole), { maxLength: 40 });
    fc.assert(
      fc.property(anyOrder, anyWhole, (order, other) => {
        const places = order.map(([place, id]) => ({ ...place, unblocks: place.unblocks % 1000, id }));
        const head = { total: places.length, length: places.length, places, shown: [] };
        const deferrals = { fromMs: 0, untilMs: 1, entries: [] };
        const heads = { nowMs: 1, live: head, ready: head, hasWaitCycles: false, deferrals };
        const read = snapshotWith(new HeadsBuilder(() => heads)).heads();
        const ids = new Set(places.map(({ id }) => id));
        for (const id of [...ids, other, `${other}a`, other.slice(0, -1)]) {
          const isFound = ids.has(id) && id.length >= 7;
          expect([read?.live.surelyHas?.(id), read?.ready.surelyHas?.(id)]).toEqual([isFound, isFound]);
        }
      }),
    );
  });

  test("says nothing where nobody worked it out", () => {
    expect(snapshotWith(new HeadsBuilder(() => undefined)).heads()).toBeUndefined();
  });
});

describe("a compaction", () => {
  test("writes down the orders as of what it folds, and the next one from these and the log", () => {
    const { world } = storeWithWrites(2);
    for (const round of [1, 2]) {
      const process = world.start();
      attempt(() => {
        const operations = [1, 2, 3].map((number) => {
          const id = `t-${round}${number}`;
          return { op: "put" as const, id, line: liveLine(id, number) };
        });
        process.store().write(info, () => ({ operations, result: undefined }));
      });
      expect(compactIn(world.start())).toMatchObject({ value: { outcome: "compacted" } });
      const { known, found } = world
        .start()
        .store()
        .read(({ state }) => {
          const kept = plain(state.headsOfBase());
          return { known: kept, found: kept && headsOf(state, kept.nowMs) };
        });
      expect(known).toEqual(found);
      expect(known?.ready.total).toBeGreaterThanOrEqual(3 * round);
    }
  });

  test("of a store with a line that is no issue leaves them out", () => {
    const { world } = storeWithWrites(2);
    const store = world.start().environment.fileSystem.openDirectory(`${beadsPath}/store`);
    const published = store && openSnapshot(store);
    if (store === undefined || published === undefined) throw new Error("the store is there");
    const broken = { id: "t-zzz", bytes: new TextEncoder().encode('{"id":"t-zzz","labels":7}'), version: 0 };
    const lines = Array.from(published.entries(), (entry) => ({
      ...entry,
      bytes: published.lineBytes(entry),
    }));
    writeSnapshot(store.create("other", 0o600), published.header, [...lines, broken], []);
    store.rename("other", "snapshot");
    expect(compactIn(world.start())).toMatchObject({ value: { outcome: "compacted" } });
    const read = (answer: (state: State) => unknown): unknown =>
      world
        .start()
        .store()
        .read(({ state }) => answer(state));
    expect(read((state) => state.line("t-zzz"))).toBe('{"id":"t-zzz","labels":7}');
    expect(read((state) => state.headsOfBase())).toBeUndefined();
  });
});

function liveLine(id: string, priority: number): string {
  const time = "2026-01-02T03:04:05.678Z";
  return JSON.stringify({ id, title: id, status: "open", priority, created_at: time, updated_at: time });
}

/** With lists instead of what reads them. */
function plain(heads: Heads | undefined): Heads | undefined {
  if (heads === undefined) return undefined;
  const { live, ready, nowMs, hasWaitCycles, deferrals } = heads;
  const plainHead = ({ total, length, places, shown }: Head): Head => ({
    total,
    length,
    places: [...places],
    shown,
  });
  return { nowMs, hasWaitCycles, deferrals, live: plainHead(live), ready: plainHead(ready) };
}

function snapshotWith(builder: SectionBuilder): Snapshot {
  const store = SimulatedWorld.withWorkspace().start().environment.fileSystem.openDirectory(beadsPath);
  if (store === undefined) throw new Error("the workspace is there");
  writeSnapshot(store.create("snapshot", 0o600), origin, [], [], [builder]);
  const snapshot = openSnapshot(store);
  if (snapshot === undefined) throw new Error("the snapshot was written");
  verifySnapshot(snapshot);
  return snapshot;
}
