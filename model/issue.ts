import type { Comment } from "./comment";
import { compareBytes } from "./compare";
import type { Dependency } from "./dependency";
import type { JsonObject, JsonValue } from "./json";

/**
 * A read-only view of an issue's line: aliases resolved, empty values absent, labels sorted. The line stays the truth; what
 * the view does not show (unknown keys, the raw text of numbers) is still in it.
 *
 * Times are the text of the line, or RFC 3339 where the line held a number. Keys are those of the dialect.
 */
export interface Issue {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly design?: string;
  readonly acceptance_criteria?: string;
  readonly notes?: string;
  readonly status: string;
  /** 0 (critical) to 4 (backlog). */
  readonly priority: number;
  readonly issue_type: string;
  readonly assignee?: string;
  readonly claim_session?: string;
  readonly owner?: string;
  readonly estimated_minutes?: number;
  readonly created_at: string;
  readonly created_by?: string;
  readonly updated_at: string;
  readonly started_at?: string;
  readonly closed_at?: string;
  readonly close_reason?: string;
  readonly closed_by_session?: string;
  readonly due_at?: string;
  readonly defer_until?: string;
  readonly external_ref?: string;
  readonly pinned?: boolean;
  readonly ephemeral?: boolean;
  readonly metadata?: JsonValue;
  readonly deleted_at?: string;
  readonly deleted_by?: string;
  readonly delete_reason?: string;
  readonly original_type?: string;
  /** What a deleted issue was, unless it was open. */
  readonly original_status?: string;
  readonly labels: readonly string[];
  readonly dependencies: readonly Dependency[];
  readonly comments: readonly Comment[];
  /** The other end of the parent-child edge; of several, the first by bytes. */
  readonly parent?: string;
}

/** The order in which a line that we write holds its keys. Unknown keys follow, by bytes, then `_stamp`. */
export const keyOrder = [
  "_type",
  "id",
  "title",
  "description",
  "design",
  "acceptance_criteria",
  "notes",
  "status",
  "priority",
  "issue_type",
  "assignee",
  "claim_session",
  "owner",
  "estimated_minutes",
  "created_at",
  "created_by",
  "updated_at",
  "started_at",
  "closed_at",
  "close_reason",
  "closed_by_session",
  "due_at",
  "defer_until",
  "external_ref",
  "pinned",
  "ephemeral",
  "metadata",
  "deleted_at",
  "deleted_by",
  "delete_reason",
  "original_type",
  "original_status",
  "labels",
  "dependencies",
  "comments",
] as const;

/** Written whole, because parts of two states of an issue make no sense together: closed without a time, say. */
export const workKeys = [
  "status",
  "closed_at",
  "close_reason",
  "closed_by_session",
  "deleted_at",
  "deleted_by",
  "delete_reason",
  "original_type",
  "original_status",
  "defer_until",
] as const;

/** Written whole: who holds an issue, in which session, since when. */
export const claimKeys = ["assignee", "claim_session", "started_at"] as const;

/** Sorts the keys of a line that we write: `keyOrder`, then all others by their bytes. */
export function compareKeys(left: string, right: string): number {
  placeOfKey ??= placesOf(keyOrder);
  const leftPlace = placeOfKey.get(left) ?? keyOrder.length;
  const rightPlace = placeOfKey.get(right) ?? keyOrder.length;
  if (leftPlace !== rightPlace) return leftPlace - rightPlace;
  return leftPlace < keyOrder.length ? 0 : compareBytes(left, right);
}

/** What of a record has keys of the dialect, in their order, by asking for one after the other: to compare keys with each other takes five times as long. */
export function inKeyOrder(record: JsonObject): { readonly ordered: JsonObject; readonly count: number } {
  const ordered: JsonObject = {};
  let count = 0;
  for (const key of keyOrder) {
    const value = record[key];
    if (value === undefined) continue;
    ordered[key] = value;
    count += 1;
  }
  return { ordered, count };
}

let placeOfKey: ReadonlyMap<string, number> | undefined;

function placesOf(keys: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const key of keys) places.set(key, places.size);
  return places;
}
