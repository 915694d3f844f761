import type { JsonObject } from "../model/json";
import { formatTime } from "../model/time";
import type { Backup } from "../storage/store";

interface ChangedIssue {
  readonly id: string;
  readonly title: string;
  readonly change: string;
  readonly items: readonly string[];
}

interface ChangedRecord {
  readonly type: string;
  readonly key: string;
  readonly change: string;
}

/** Undefined facts of a damaged one are left out, and the damage is said. */
export function backupRow({ name, path, bytes, createdMs, content, damage }: Backup): JsonObject {
  return {
    name,
    created_at: formatTime(createdMs),
    ...(content === undefined ? {} : contentRow(content)),
    bytes,
    path,
    ...(damage === undefined ? {} : { damage }),
  };
}

function contentRow({ by, note, sequence, issues, records }: NonNullable<Backup["content"]>): JsonObject {
  return {
    ...(by === "" ? {} : { created_by: by }),
    ...(note === "" ? {} : { note }),
    sequence,
    issues,
    records,
  };
}

/** What is or becomes another, as the end of a document: issues are listed, records named where there are any. */
export function changesDocument(
  issues: readonly ChangedIssue[],
  records: readonly ChangedRecord[],
): JsonObject {
  return {
    changes: issues.map(({ id, title, change, items }) => ({
      id,
      title,
      change,
      ...(items.length === 0 ? {} : { items: [...items] }),
    })),
    total: issues.length,
    returned: issues.length,
    truncated: false,
    ...(records.length === 0 ? {} : { records: records.map((record) => ({ ...record })) }),
  };
}
