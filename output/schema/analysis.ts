import { array, optional, strictObject } from "valibot";
import { listOf, page } from "./envelope";
import { count, described, flag, issueId, issueIds, priority, status, text } from "./field";

const point = { id: issueId, title: text, status, priority };

export const pathOfPlan = strictObject({
  length: count,
  issues: array(strictObject({ ...point, estimated_minutes: optional(count) })),
  estimated_minutes: optional(described(count, "Of those that have an estimate, in all")),
  without_estimate: count,
});

export const criticalPath = strictObject({ critical_path: pathOfPlan });

/** The page is of issues, over all phases. */
export const plan = strictObject({
  plan: strictObject({
    phases: described(
      array(strictObject({ phase: count, issues: issueIds })),
      "Issues of one phase can be worked on side by side",
    ),
    total_phases: count,
    unplanned: array(
      strictObject({
        id: issueId,
        reason: text,
        because: optional(described(text, "The id that it hangs on")),
      }),
    ),
    cycles: array(issueIds),
  }),
  ...page,
});

export const bottlenecks = listOf(
  "bottlenecks",
  strictObject({
    ...point,
    direct: described(count, "How many wait for it themselves"),
    total: described(count, "How many wait for it through others, too"),
    on_critical_path: flag,
  }),
  {},
);
