import { applyChange } from "./changed-issue";
import { EditedLine } from "./edited-line";
import { parseRecord } from "./issue-json";
import { formatMembers, type Member } from "./json-members";
import { type Stamps, stampsOf } from "./line-stamps";
import type { ChangeIssue } from "./operation";
import {
  claimItem,
  commentItem,
  edgeItem,
  fieldItem,
  formatStamps,
  labelItem,
  parentItem,
  workItem,
} from "./stamp";

/**
 * The line after a change. Every value that the change does not name keeps its raw text; so does one that it names and that
 * says the same already. Keys come into the order of the dialect.
 * @throws BzError INVALID when the line cannot be read
 */
export function changeLine(line: string, change: ChangeIssue): string {
  return changeLineInTurn(line, [change]);
}

/** The same for several, one after the other: the line is taken apart and put together only once, which counts where it has thousands of comments. */
export function changeLineInTurn(line: string, changes: readonly ChangeIssue[]): string {
  if (changes.length === 0) return line;
  const edited = new EditedLine(line, parseRecord(line));
  const before = stampsOf(line, edited.record);
  const items = new Map(before.items);
  let { reopens } = before;
  for (const change of changes) {
    for (const item of touchedItems(change)) items.set(item, change.at);
    reopens = change.work?.reopens ?? reopens;
    applyChange(edited, change);
  }
  return withStamp(edited.ordered(), { ...before, items, reopens });
}

function touchedItems(change: ChangeIssue): string[] {
  const touched: string[] = [];
  if (change.set !== undefined) for (const key of Object.keys(change.set)) touched.push(fieldItem(key));
  if (change.labels !== undefined)
    for (const label of Object.keys(change.labels)) touched.push(labelItem(label));
  if (change.edges !== undefined)
    for (const { type, depends_on_id } of change.edges) touched.push(edgeItem(type, depends_on_id));
  if (change.comments !== undefined)
    for (const { id, created_at } of change.comments) touched.push(commentItem(id, created_at));
  if (change.work !== undefined) touched.push(workItem);
  if (change.claim !== undefined) touched.push(claimItem);
  if (change.parent !== undefined) touched.push(parentItem);
  return touched;
}

/** Puts the stamps behind the members of a line, or leaves them out where the line says as much without. */
export function withStamp(members: readonly Member[], stamps: Stamps): string {
  const rest = formatMembers(members);
  const stamp = formatStamps(stamps, parseRecord(rest), rest);
  return stamp === undefined
    ? rest
    : formatMembers([...members, { key: "_stamp", raw: JSON.stringify(stamp) }]);
}
