import { applyChange } from "./changed-issue";
import { EditedLine } from "./edited-line";
import { inKeyOrder } from "./issue";
import { isTooDeep, parseRecord } from "./issue-json";
import type { JsonObject } from "./json";
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
  const record = parseRecord(line);
  // Then the engine writes every value that no change names as it stands there.
  const isAsWritten = JSON.stringify(record) === line;
  const edited = new EditedLine(line, record);
  const before = stampsOf(line, record);
  const items = new Map(before.items);
  let { reopens } = before;
  for (const change of changes) {
    for (const item of touchedItems(change)) items.set(item, change.at);
    reopens = change.work?.reopens ?? reopens;
    applyChange(edited, change);
  }
  const stamps = { ...before, items, reopens };
  const ordered = isAsWritten ? orderedRecord(edited.finished()) : undefined;
  return ordered === undefined ? withStamp(edited.ordered(), stamps) : writtenWithStamp(ordered, stamps);
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

/** With its keys in the order of the dialect, without stamps; undefined where one is none of the dialect. */
function orderedRecord(record: JsonObject): JsonObject | undefined {
  const { ordered, count } = inKeyOrder(record);
  return count === Object.keys(record).length - Number(record._stamp !== undefined) ? ordered : undefined;
}

/** The same of members whose texts are those that the engine writes, which takes a fraction of the time. */
function writtenWithStamp(record: JsonObject, stamps: Stamps): string {
  const rest = JSON.stringify(record);
  // What is too deep is refused as any such line is.
  const stamp = formatStamps(stamps, isTooDeep(record) ? parseRecord(rest) : record, rest);
  return stamp === undefined ? rest : `${rest.slice(0, -1)},"_stamp":${JSON.stringify(stamp)}}`;
}
