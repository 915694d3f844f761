import { deleteIssue } from "./change";
import { compareIds } from "./issue-id";
import { spokenItem } from "./issue-item";
import { readStamps } from "./line-stamps";
import type { Operation } from "./operation";
import { recencyIn, recencyOf } from "./recency";
import { recordName, type StoredRecord } from "./record";
import { removeRecord } from "./record-change";
import { restoringChange } from "./restoring-change";
import type { State } from "./state";
import { differingItems } from "./state-difference";

export interface RestoreOptions {
  /** Deletes issues, and removes records, that came after the backup. */
  readonly isExact: boolean;
  /** Said of what is deleted. */
  readonly reason: string;
  readonly nowMs: number;
  readonly actor: string;
}

export interface RestorePlan {
  readonly operations: readonly Operation[];
  /** What would change, in the order of ids. */
  readonly issues: readonly RestoredIssue[];
  readonly records: readonly RestoredRecord[];
  /** Issues and records that came after the backup and stay. */
  readonly kept: number;
  /** Issues that were purged since, which nothing brings back. */
  readonly purged: readonly string[];
}

export interface RestoredIssue {
  readonly id: string;
  readonly title: string;
  /** "added": it was gone altogether. */
  readonly change: "restored" | "added" | "deleted";
  readonly items: readonly string[];
}

export interface RestoredRecord {
  readonly type: string;
  readonly key: string;
  readonly change: "restored" | "added" | "deleted";
}

/**
 * How to make the issues what they were in a backup: as changes with new stamps, which win over what was seen elsewhere meanwhile and can be undone as any
 * others. An issue that is gone altogether, as after a loss of the store, comes back as the line that it was.
 *
 * @param records of the backup
 */
export function planRestore(
  present: State,
  backup: State,
  records: readonly StoredRecord[],
  options: RestoreOptions,
): RestorePlan {
  const operations: Operation[] = [];
  const issues: RestoredIssue[] = [];
  const purged: string[] = [];
  for (const id of backup.ids()) {
    const earlier = backup.line(id);
    const line = present.line(id);
    if (earlier === undefined || earlier === line) continue;
    const title = backup.issue(id)?.title ?? "";
    if (line === undefined) {
      operations.push({ op: "put", id, line: earlier });
      issues.push({ id, title, change: "added", items: [] });
    } else if (readStamps(line).isPurged) {
      purged.push(id);
    } else {
      const { items, earlier: before, later } = differingItems(earlier, line);
      const restored = items.map((item) => ({ item, earlier: before }));
      const { nowMs, actor } = options;
      const change = restoringChange(id, restored, later, { recency: recencyOf(line), nowMs, actor });
      if (change === undefined) continue;
      operations.push(change);
      issues.push({ id, title, change: "restored", items: [...new Set(items.map(spokenItem))] });
    }
  }
  const later = restoreNewer(present, backup, options);
  const kept = restoreRecords(present, records, options);
  return {
    operations: [...operations, ...later.operations, ...kept.operations],
    issues: [...issues, ...later.issues].sort((left, right) => compareIds(left.id, right.id)),
    records: kept.records,
    kept: later.kept + kept.kept,
    purged,
  };
}

/** What came after the backup. */
function restoreNewer(
  present: State,
  backup: State,
  { isExact, reason, nowMs, actor }: RestoreOptions,
): { operations: Operation[]; issues: RestoredIssue[]; kept: number } {
  const operations: Operation[] = [];
  const issues: RestoredIssue[] = [];
  let kept = 0;
  for (const id of present.ids()) {
    if (backup.has(id)) continue;
    const issue = present.issue(id);
    if (issue === undefined || issue.status === "tombstone") continue;
    const change = isExact
      ? deleteIssue(issue, { reason }, { recency: recencyIn(present, id), nowMs, actor })
      : undefined;
    if (change === undefined) {
      kept += 1;
      continue;
    }
    operations.push(change);
    issues.push({ id, title: issue.title, change: "deleted", items: [] });
  }
  return { operations, issues, kept };
}

function restoreRecords(
  present: State,
  records: readonly StoredRecord[],
  { isExact, nowMs, actor }: RestoreOptions,
): { operations: Operation[]; records: RestoredRecord[]; kept: number } {
  const operations: Operation[] = [];
  const restored: RestoredRecord[] = [];
  const names = new Set<string>();
  for (const { type, key, value } of records) {
    names.add(recordName(type, key));
    const now = present.record(type, key);
    if (now?.value === value) continue;
    const at = Math.max(nowMs, (now?.at ?? -1) + 1);
    operations.push({ op: "record", type, key, value, at, by: actor });
    restored.push({ type, key, change: now === undefined ? "added" : "restored" });
  }
  const newer = present.records().filter(({ type, key }) => !names.has(recordName(type, key)));
  if (!isExact) return { operations, records: restored, kept: newer.length };
  for (const record of newer) {
    operations.push(removeRecord(record, { nowMs, actor }));
    restored.push({ type: record.type, key: record.key, change: "deleted" });
  }
  return { operations, records: restored, kept: 0 };
}
