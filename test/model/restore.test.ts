import { expect, test } from "bun:test";
import fc from "fast-check";
import { emptySource } from "../../model/issue-source";
import type { Operation } from "../../model/operation";
import { planRestore } from "../../model/restore";
import { State } from "../../model/state";
import { differingIssues, differingRecords } from "../../model/state-difference";
import { instantMs } from "../../model/time";
import { day, dayText, plainLine } from "./samples";

const ids = ["a", "b", "c"];
const anId = fc.constantFrom(...ids);
const aWork = fc.constantFrom(
  { reopens: 0, status: "open" },
  { reopens: 0, status: "closed", closed_at: dayText, close_reason: "done" },
  { reopens: 1, status: "deferred", defer_until: dayText },
  { reopens: 0, status: "tombstone", deleted_at: dayText },
);
const aChange = fc.oneof(
  fc.record({ title: fc.string(), foreign: fc.constantFrom(1, null) }).map((set) => ({ set })),
  aWork.map((work) => ({ work })),
  fc
    .constantFrom({}, { assignee: "ann", claim_session: "s", started_at: dayText })
    .map((claim) => ({ claim })),
  fc.constantFrom(null, "p").map((id) => ({ parent: { id, created_at: dayText } })),
  fc.boolean().map((present) => ({ labels: { ui: present } })),
  fc.boolean().map((present) => ({
    edges: [{ depends_on_id: "x", type: "blocks", present, created_at: dayText, metadata: "{}" }],
  })),
  fc.boolean().map((present) => ({
    comments: [{ id: "1", created_at: dayText, present, author: "ann", text: "said" }],
  })),
);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(anId, aChange)
      .map(([id, change]): Operation => ({ op: "change", id, at: 0, ...change })),
  },
  fc.constant<Operation>({ op: "put", id: "new", line: plainLine("new") }),
  fc
    .tuple(fc.constantFrom("k", "l"), fc.option(fc.string()))
    .map(([key, value]): Operation => ({ op: "record", type: "memory", key, value, at: 0, by: "ann" })),
);

function applied(state: State, operations: readonly Operation[], from: number): State {
  operations.forEach((each, index) => {
    const at = day + 1 + from + index;
    state.apply("at" in each ? { ...each, at } : each, from + index + 1);
  });
  return state;
}

test("whatever was done since, an exact restore makes everything say again what it said, later than all that was", () => {
  fc.assert(
    fc.property(fc.array(operation), fc.array(operation), (before, after) => {
      const born = ids.map((id): Operation => ({ op: "put", id, line: plainLine(id) }));
      const backup = applied(new State(emptySource), [...born, ...before], 0);
      const present = applied(backup.fork(), after, 1_000);
      const options = { isExact: true, reason: "r", nowMs: day, actor: "ann" };
      const plan = planRestore(present, backup, backup.records(), options);
      for (const each of plan.operations) {
        if (each.op === "change")
          expect(each.at).toBeGreaterThan(instantMs(present.issue(each.id)?.updated_at));
        present.apply(each, 5_000);
      }
      const left = differingIssues(backup, present);
      expect(left.filter(({ id }) => present.issue(id)?.status !== "tombstone" || backup.has(id))).toEqual(
        [],
      );
      expect(differingRecords(backup.records(), present.records())).toEqual([]);
      expect(planRestore(present, backup, backup.records(), options).operations).toEqual([]);
    }),
  );
});
