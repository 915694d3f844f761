import { compareIds } from "./issue-id";
import { changedItems, type IssueItem, type ReadLine, readLine, spokenItem } from "./issue-item";
import { compareRecords, recordName, type StoredRecord } from "./record";
import type { State } from "./state";

/** What one state says of an issue and another one does not. */
export interface IssueDifference {
  readonly id: string;
  readonly title: string;
  /** "added": only the later state has it; "removed": only the earlier one. */
  readonly change: "added" | "removed" | "modified";
  /** What a user calls what is not alike; empty unless modified. */
  readonly items: readonly string[];
}

export interface RecordDifference {
  readonly type: string;
  readonly key: string;
  readonly change: IssueDifference["change"];
}

/** From the earlier state to the later one, in the order of ids. */
export function differingIssues(earlier: State, later: State): IssueDifference[] {
  const differences: IssueDifference[] = [];
  for (const id of idsOfBoth(earlier, later)) {
    const before = earlier.line(id);
    const after = later.line(id);
    if (before === after) continue;
    const items = before === undefined || after === undefined ? [] : differingItems(before, after).items;
    const change = before === undefined ? "added" : after === undefined ? "removed" : "modified";
    if (change === "modified" && items.length === 0) continue;
    const title = (later.issue(id) ?? earlier.issue(id))?.title ?? "";
    differences.push({ id, title, change, items: [...new Set(items.map(spokenItem))] });
  }
  return differences;
}

export function differingRecords(
  earlier: readonly StoredRecord[],
  later: readonly StoredRecord[],
): RecordDifference[] {
  const before = new Map(earlier.map((record) => [recordName(record.type, record.key), record]));
  const after = new Map(later.map((record) => [recordName(record.type, record.key), record]));
  return [...new Map([...before, ...after]).values()]
    .sort(compareRecords)
    .flatMap(({ type, key }): RecordDifference[] => {
      const name = recordName(type, key);
      const was = before.get(name)?.value;
      const is = after.get(name)?.value;
      if (was === is) return [];
      return [{ type, key, change: was === undefined ? "added" : is === undefined ? "removed" : "modified" }];
    });
}

/** What two lines of one issue do not say alike, and what they say. */
export function differingItems(
  before: string,
  after: string,
): { readonly items: IssueItem[]; readonly earlier: ReadLine; readonly later: ReadLine } {
  const earlier = readLine(before);
  const later = readLine(after);
  return { items: changedItems(earlier, later), earlier, later };
}

/** Every id that either has, once, in order. */
function idsOfBoth(earlier: State, later: State): Iterable<string> {
  const ids = [...later.ids()];
  for (const id of earlier.ids()) if (!later.has(id)) ids.push(id);
  return ids.sort(compareIds);
}
