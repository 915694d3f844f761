import {
  array,
  boolean,
  literal,
  nullable,
  number,
  optional,
  picklist,
  record,
  strictObject,
  union,
} from "valibot";
import { failedSettings, listOf } from "./envelope";
import { count, described, flag, issueIds, sequence, text, texts } from "./field";

export const initialised = strictObject({
  path: text,
  prefix: text,
  issues: described(count, "How many were taken in from issues.jsonl"),
});

export const place = strictObject({
  path: described(text, "The .beads directory"),
  store_owner_path: described(
    text,
    "The .beads directory whose store is used: of a linked worktree the main one's",
  ),
  reason: described(text, "Why it is this one"),
});

export const information = strictObject({
  path: text,
  jsonl_path: text,
  store_path: text,
  reason: text,
  prefix: text,
  issues: count,
  jsonl_bytes: nullable(count),
  store: described(
    nullable(
      strictObject({
        id: text,
        sequence,
        generation: count,
        snapshot_bytes: count,
        pending_frames: described(count, "Transactions in the log behind the snapshot"),
        pending_bytes: count,
        history_segments: count,
        history_bytes: count,
      }),
    ),
    "null: a fresh clone, whose first write makes the store",
  ),
});

export const importReport = strictObject({
  dry_run: optional(literal(true)),
  added: count,
  updated: count,
  memories: optional(strictObject({ added: count, updated: count })),
  skipped: count,
  ids: issueIds,
  reasons: described(record(text, count), "How many lines were left out for which reason"),
  skipped_lines: array(strictObject({ line: count, id: optional(text), key: optional(text), reason: text })),
});

/** `sync`, or with --import-only what was taken in, or with --status or --check what differs. */
export const syncReport = union([
  strictObject({
    outcome: picklist(["written", "unchanged"]),
    path: text,
    issues: count,
    bytes: count,
    taken_in: issueIds,
    carried_over: described(count, "Lines of others that were repeated as they are"),
    unreadable_lines: array(count),
    torn_line_copy: described(nullable(text), "Where the last line lies that was cut off"),
    sequence,
  }),
  strictObject({ outcome: picklist(["taken_in", "unchanged"]), taken_in: issueIds }),
  strictObject({
    in_sync: flag,
    path: text,
    has_file: flag,
    has_store: flag,
    to_take_in: issueIds,
    to_write: issueIds,
    conflict_markers: array(count),
    unreadable_lines: array(count),
    duplicate_ids: texts,
    torn_line: nullable(count),
    displaced_files: texts,
    git_operation: nullable(text),
    sequence,
    exported_sequence: nullable(count),
  }),
]);

export const compaction = strictObject({
  outcome: picklist(["compacted", "nothing-to-fold", "superseded"]),
  issues: count,
  folded_frames: count,
  folded_bytes: count,
  snapshot_bytes: count,
});

const check = {
  ok: flag,
  checks: array(
    strictObject({
      name: text,
      status: picklist(["pass", "note", "warning", "failure"]),
      message: text,
    }),
  ),
  failures: count,
  warnings: count,
};

/** `doctor`, or with --fix what was repaired and how the store is now. */
export const checkReport = union([
  strictObject(check),
  strictObject({
    actions: texts,
    quarantine: optional(text),
    losses: described(texts, "What was acknowledged and could not be brought back"),
    lost_sequences: array(sequence),
    ...check,
  }),
]);

const activityCounts = {
  issues_created: count,
  issues_closed: count,
  issues_reopened: count,
  issues_deleted: count,
  issues_updated: count,
  total_changes: count,
};

export const statistics = strictObject({
  summary: strictObject({
    total_issues: described(count, "Without the deleted ones"),
    open_issues: count,
    in_progress_issues: count,
    closed_issues: count,
    blocked_issues: count,
    deferred_issues: count,
    ready_issues: count,
    pinned_issues: count,
    tombstone_issues: described(count, "Deleted ones"),
    epics_eligible_for_closure: count,
    average_lead_time_hours: number(),
  }),
  breakdowns: array(
    strictObject({
      dimension: picklist(["status", "type", "priority", "assignee", "label"]),
      counts: array(strictObject({ key: text, count })),
    }),
  ),
  recent_activity: optional(
    strictObject({
      hours_tracked: count,
      ...activityCounts,
      by_actor: array(strictObject({ actor: text, ...activityCounts })),
      by_day: array(strictObject({ day: text, ...activityCounts })),
    }),
  ),
});

const distribution = strictObject({
  count,
  p50: number(),
  p90: number(),
  p99: number(),
  max: number(),
});

export const lockMetrics = strictObject({
  acquisitions: count,
  contended: described(count, "How many had to wait"),
  timeouts: count,
  waiting: described(count, "How many wait now"),
  wait_us: described(distribution, "Microseconds"),
  hold_us: described(distribution, "Microseconds"),
  reset: optional(literal(true)),
});

const settingValue = union([text, number(), boolean(), texts]);

export const setting = strictObject({
  key: text,
  value: settingValue,
  source: described(picklist(["flag", "env", "project", "user", "default"]), "Where the value comes from"),
  path: optional(text),
  default: settingValue,
  env: described(text, "The environment variable that sets it"),
  description: text,
});

export const settings = listOf("settings", setting, { failed: failedSettings });

const changedEntries = {
  key: text,
  path: described(text, "The file that says so"),
  changed: flag,
  effective: described(nullable(settingValue), "What counts now; another source may overrule the file"),
};
export const changedSetting = strictObject({ ...changedEntries, value: settingValue });
export const unsetSetting = strictObject(changedEntries);
