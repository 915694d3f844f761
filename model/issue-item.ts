import { parentChild } from "./dependency";
import { claimKeys, type Issue, keyOrder, workKeys } from "./issue";
import { parseRecord, viewIssue } from "./issue-json";
import { isSameJson, type JsonObject, type JsonValue } from "./json";
import type { ChangeIssue } from "./operation";
import { claimItem, commentItem, edgeItem, fieldItem, labelItem, parentItem, workItem } from "./stamp";

/** One thing about an issue that has a stamp of its own. */
export type IssueItem =
  | { readonly kind: "field"; readonly key: string }
  | { readonly kind: "work" | "claim" | "parent" }
  | { readonly kind: "label"; readonly label: string }
  | { readonly kind: "edge"; readonly type: string; readonly depends_on_id: string }
  | { readonly kind: "comment"; readonly id: string; readonly created_at: string };

/** A line, parsed. */
export interface ReadLine {
  readonly issue: Issue;
  readonly record: JsonObject;
}

export function readLine(line: string): ReadLine {
  const record = parseRecord(line);
  return { issue: viewIssue(record), record };
}

/** What a change sets, or removes. */
export function itemsOfChange(change: ChangeIssue): IssueItem[] {
  const { set, work, claim, parent, labels, edges, comments } = change;
  const items: IssueItem[] = Object.keys(set ?? {}).map((key) => ({ kind: "field", key }));
  if (work !== undefined) items.push({ kind: "work" });
  if (claim !== undefined) items.push({ kind: "claim" });
  if (parent !== undefined) items.push({ kind: "parent" });
  for (const label of Object.keys(labels ?? {})) items.push({ kind: "label", label });
  for (const { type, depends_on_id } of edges ?? []) items.push({ kind: "edge", type, depends_on_id });
  for (const { id, created_at } of comments ?? []) items.push({ kind: "comment", id, created_at });
  return items;
}

/** Everything that a line says. */
export function itemsOfLine({ issue, record }: ReadLine): IssueItem[] {
  const items: IssueItem[] = [{ kind: "work" }, { kind: "claim" }, { kind: "parent" }];
  for (const name of Object.keys(record)) {
    const key = canonicalKeys.get(name) ?? name;
    if (!itemlessKeys.has(key)) items.push({ kind: "field", key });
  }
  for (const label of issue.labels) items.push({ kind: "label", label });
  for (const { type, depends_on_id } of issue.dependencies)
    if (type !== parentChild) items.push({ kind: "edge", type, depends_on_id });
  for (const { id, created_at } of issue.comments) items.push({ kind: "comment", id, created_at });
  return items;
}

/** The name under which stamps know it. */
export function stampNameOf(item: IssueItem): string {
  switch (item.kind) {
    case "field":
      return fieldItem(item.key);
    case "label":
      return labelItem(item.label);
    case "edge":
      return edgeItem(item.type, item.depends_on_id);
    case "comment":
      return commentItem(item.id, item.created_at);
    default:
      return { work: workItem, claim: claimItem, parent: parentItem }[item.kind];
  }
}

/** What the two lines do not say alike. */
export function changedItems(before: ReadLine, after: ReadLine): IssueItem[] {
  const items = new Map(
    [...itemsOfLine(before), ...itemsOfLine(after)].map((item) => [stampNameOf(item), item]),
  );
  return [...items.values()].filter((item) => !isSameJson(itemValue(before, item), itemValue(after, item)));
}

/** What a user calls it. */
export function spokenItem(item: IssueItem): string {
  switch (item.kind) {
    case "field":
      return item.key;
    case "work":
      return "status";
    case "label":
      return `label ${item.label}`;
    case "edge":
      return `dependency on ${item.depends_on_id} (${item.type})`;
    case "comment":
      return `comment ${item.id}`;
    default:
      return item.kind;
  }
}

/** What a line says of it; null where it says nothing. Two lines say the same if the values are the same JSON. */
export function itemValue({ issue, record }: ReadLine, item: IssueItem): JsonValue {
  switch (item.kind) {
    case "field":
      return fieldOf(issue, record, item.key);
    case "work":
      return textsOf(issue, workKeys);
    case "claim":
      return textsOf(issue, claimKeys);
    case "parent":
      return issue.parent ?? null;
    case "label":
      return issue.labels.includes(item.label) || null;
    case "edge": {
      const edge = issue.dependencies.find(
        ({ type, depends_on_id }) => type === item.type && depends_on_id === item.depends_on_id,
      );
      return edge === undefined ? null : textsOf(edge, ["created_at", "created_by", "metadata"]);
    }
    case "comment": {
      const name = stampNameOf(item);
      const comment = issue.comments.find(({ id, created_at }) => commentItem(id, created_at) === name);
      return comment === undefined ? null : textsOf(comment, ["author", "text"]);
    }
  }
}

/** Older names of keys. A change names the key by the new one. */
const canonicalKeys: ReadonlyMap<string, string> = new Map([
  ["due_date", "due_at"],
  ["wisp", "ephemeral"],
]);

const viewedKeys: ReadonlySet<string> = new Set(keyOrder);

const itemlessKeys: ReadonlySet<string> = new Set([
  ...["id", "updated_at", "labels", "dependencies", "comments", "_type", "_stamp"],
  ...workKeys,
  ...claimKeys,
]);

function fieldOf(issue: Issue, record: JsonObject, key: string): JsonValue {
  if (!viewedKeys.has(key)) return Object.hasOwn(record, key) ? (record[key] ?? null) : null;
  const value = Object.entries(issue).find(([name]) => name === key)?.[1];
  return value ?? null;
}

/** The texts under these keys, those that there are. */
function textsOf<K extends string>(from: { readonly [Key in K]?: string }, keys: readonly K[]): JsonObject {
  const texts: [string, string][] = [];
  for (const key of keys) {
    const text = from[key];
    if (text !== undefined) texts.push([key, text]);
  }
  return Object.fromEntries(texts);
}
