import { expect, test } from "bun:test";
import { type Deed, summariseActivity } from "../../model/activity";

const hourMs = 3_600_000;
const nowMs = Date.UTC(2026, 0, 15, 12);

function deed(hoursAgo: number, actor: string, action: string): Deed {
  return { timeMs: nowMs - hoursAgo * hourMs, actor, action };
}

test("deeds are counted by kind, by actor and by day", () => {
  const activity = summariseActivity(
    [
      deed(30, "bob", "created"),
      deed(14, "ann", "imported"),
      deed(3, "ann", "closed"),
      deed(2, "bob", "reopened"),
      deed(2, "ann", "claimed"),
      deed(1, "ann", "deleted"),
      deed(1, "ann", "purged"),
    ],
    nowMs,
    48,
  );
  expect(activity).toMatchObject({
    hours_tracked: 48,
    issues_created: 2,
    issues_closed: 1,
    issues_reopened: 1,
    issues_deleted: 2,
    issues_updated: 1,
    total_changes: 7,
  });
  expect(activity.by_actor.map(({ actor, total_changes }) => [actor, total_changes])).toEqual([
    ["ann", 5],
    ["bob", 2],
  ]);
  expect(activity.by_day.map(({ day, total_changes }) => [day, total_changes])).toEqual([
    ["2026-01-14", 2],
    ["2026-01-15", 5],
  ]);
});

test("what is older does not count, what a fast clock dated later does", () => {
  const deeds = [deed(25, "a", "updated"), deed(24, "a", "updated"), deed(-2, "a", "updated")];
  expect(summariseActivity(deeds, nowMs, 24).total_changes).toBe(2);
  expect(summariseActivity([], nowMs, 24)).toMatchObject({ total_changes: 0, by_actor: [], by_day: [] });
});

test("actors who did as much stand in the order of their names, whatever these are", () => {
  const deeds = [deed(1, "zoe", "updated"), deed(1, "__proto__", "updated"), deed(1, "", "updated")];
  expect(summariseActivity(deeds, nowMs, 24).by_actor.map(({ actor }) => actor)).toEqual([
    "",
    "__proto__",
    "zoe",
  ]);
});
