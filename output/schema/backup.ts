import { array, literal, optional, picklist, strictObject } from "valibot";
import { listOf } from "./envelope";
import { count, described, issueId, issueIds, sequence, text, texts, time } from "./field";

/** A damaged one says what is wrong with it and nothing of what it holds. */
export const backup = strictObject({
  name: text,
  created_at: time,
  created_by: optional(text),
  note: optional(text),
  sequence: optional(described(sequence, "Of the last transaction in it")),
  issues: optional(count),
  records: optional(described(count, "Memories and saved queries")),
  bytes: count,
  path: text,
  damage: optional(text),
});

/** The newest first. */
export const backups = listOf("backups", backup, {});

export const removedBackups = listOf("backups", backup, { dry_run: optional(literal(true)), kept: count });

/** What has changed since. */
export const backupDifference = listOf("changes", changeOf(["added", "removed", "modified"]), {
  backup: text,
  added: count,
  removed: count,
  modified: count,
  records: recordsOf(["added", "removed", "modified"]),
});

export const restoredBackup = listOf("changes", changeOf(["restored", "added", "deleted"]), {
  backup: text,
  dry_run: optional(literal(true)),
  safety_backup: optional(described(text, "What was there before; absent when nothing was changed")),
  restored: count,
  added: count,
  deleted: count,
  kept: described(count, "Came later, and stays"),
  purged: optional(described(issueIds, "Were purged since, and stay so")),
  records: recordsOf(["restored", "added", "deleted"]),
});

function changeOf(changes: readonly string[]) {
  return strictObject({
    id: issueId,
    title: text,
    change: picklist(changes),
    items: optional(described(texts, "What is not alike: title, status, label x ...")),
  });
}

function recordsOf(changes: readonly string[]) {
  return optional(array(strictObject({ type: text, key: text, change: picklist(changes) })));
}
