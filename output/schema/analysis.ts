import { array, number, optional, picklist, strictObject } from "valibot";
import { listOf, page } from "./envelope";
import { count, described, flag, issueId, issueIds, priority, status, text } from "./field";
import { unblocks } from "./issue";

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

const bottleneck = strictObject({
  ...point,
  direct: described(count, "How many wait for it themselves"),
  total: described(count, "How many wait for it through others, too"),
  on_critical_path: flag,
});

export const bottlenecks = listOf("bottlenecks", bottleneck, {});

export const insights = strictObject({
  health: strictObject({
    total_open: count,
    in_progress: count,
    deferred: count,
    blocked: count,
    waiting: count,
    ready: count,
    cycles: count,
    edges: described(count, "Pairs of which one waits directly for the other"),
    graph_density: described(number(), "Their share of all the pairs that there could be"),
    critical_path_length: count,
    unplanned: described(count, "Issues in no phase of the plan"),
  }),
  critical_path: pathOfPlan,
  bottlenecks: array(bottleneck),
  ready: array(strictObject({ ...point, unblocks })),
  plan: strictObject({
    phases: array(strictObject({ phase: count, count: described(count, "Issues in it") })),
    total_phases: count,
  }),
  cycles: array(issueIds),
  recommendations: array(
    strictObject({
      action: picklist(["break_cycle", "start", "parallelize", "watch", "close_epics"]),
      issues: issueIds,
      reason: described(text, "To be read behind the ids"),
    }),
  ),
});
