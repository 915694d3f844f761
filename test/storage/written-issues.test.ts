import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Heads } from "../../model/heads";
import { headsOf } from "../../model/next-heads";
import { State } from "../../model/state";
import { ColumnsBuilder } from "../../storage/columns-builder";
import { mergedLines } from "../../storage/merged-lines";
import { sectionLine } from "../../storage/section-writer";
import { WrittenIssues } from "../../storage/written-issues";
import { snapshotLine, writtenSnapshot } from "../helpers/written-snapshot";

const nowMs = Date.UTC(2026, 5, 1);
const ids = ["t-a", "t-a.1", "t-b", "t-bé", "t-c", "t-d", "t-e"];
const anyIssue = fc.record({
  title: fc.constantFrom("Parser", "Printer"),
  issue_type: fc.constantFrom("task", "epic"),
  status: fc.constantFrom("open", "closed", "in_progress", "deferred", "tombstone", "odd"),
  priority: fc.integer({ min: 0, max: 4 }),
  pinned: fc.constantFrom(undefined, true),
  created_at: fc.constantFrom("2026-01-02T03:04:05.678Z", "2026-01-03T00:00:00Z", "2026-01-03", "no time"),
  updated_at: fc.constantFrom("2026-01-04T00:00:00.000Z", "2026-01-04"),
  defer_until: fc.constantFrom(undefined, "2026-05-01T00:00:00Z", "2026-07-01T00:00:00Z"),
  dependencies: fc.array(
    fc.record({
      depends_on_id: fc.constantFrom(...ids),
      type: fc.constantFrom("blocks", "related", "parent-child"),
    }),
    { maxLength: 2 },
  ),
});
const anyIssues = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), anyIssue), { selector: ([id]) => id });

test("heads that are worked out while a snapshot is written are those of the state that is written", () => {
  fc.assert(
    fc.property(anyIssues, anyIssues, (standing, changed) => {
      const { snapshot } = writtenSnapshot(
        standing
          .toSorted(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
          .map(([id, issue]) => snapshotLine(id, JSON.stringify({ id, ...issue }))),
      );
      const state = new State(snapshot);
      for (const [id, issue] of changed)
        state.apply({ op: "put", id, line: JSON.stringify({ id, ...issue }) }, 9);
      const columns = new ColumnsBuilder();
      let ordinal = 0;
      for (const line of mergedLines({ snapshot, state })) columns.add([sectionLine(line, ordinal++)]);
      const written = new State(new WrittenIssues(state, columns));
      expect([...written.ids()]).toEqual([...state.ids()]);
      expect(plain(headsOf(written, nowMs))).toEqual(plain(headsOf(state, nowMs)));
    }),
    { numRuns: 100 },
  );
});

function plain({ live, ready, ...rest }: Heads): unknown {
  return { ...rest, live: [live.total, ...live.places], ready: [ready.total, ...ready.places] };
}
