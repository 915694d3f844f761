import { compareBytes } from "./compare";
import { parentChild } from "./dependency";
import { claimKeys, compareKeys, workKeys } from "./issue";
import {
  orderedComment,
  orderedDependency,
  parseRecord,
  readComment,
  readDependencyType,
  readTarget,
  readText,
  readTime,
  viewIssue,
} from "./issue-json";
import { isJsonObject, isSameJson, type JsonObject, type JsonValue } from "./json";
import { formatMembers, type Member, rawOf, readElements, readMembers } from "./json-members";
import type { ChangeIssue, CommentChange, EdgeChange, ParentChange } from "./operation";
import {
  claimItem,
  commentItem,
  edgeItem,
  fieldItem,
  formatStamps,
  labelItem,
  parentItem,
  type Stamps,
  stampsOf,
  workItem,
} from "./stamp";
import { normaliseStatus } from "./status";
import { formatTime, instantMs } from "./time";

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
  const members = readMembers(line);
  const before = stampsOf(members, record);
  const items = new Map(before.items);
  let { reopens } = before;
  const edited = new EditedLine(members, record);
  for (const change of changes) {
    for (const item of touchedItems(change)) items.set(item, change.at);
    reopens = change.work?.reopens ?? reopens;
    applyChange(edited, change);
  }
  return withStamp(edited.ordered(), { ...before, items, reopens });
}

function applyChange(edited: EditedLine, change: ChangeIssue): void {
  completeRequired(edited);
  for (const [key, value] of Object.entries(change.set ?? {})) edited.assign(key, value);
  const { work, claim, parent, labels, edges, comments } = change;
  if (work !== undefined) for (const key of workKeys) edited.assign(key, work[key]);
  if (claim !== undefined) for (const key of claimKeys) edited.assign(key, claim[key]);
  if (labels !== undefined) edited.editList("labels", (present) => changeLabels(present, labels));
  if (edges !== undefined)
    edited.editList("dependencies", (present) => changeEdges(present, change.id, edges, change.at));
  if (comments !== undefined)
    edited.editList("comments", (present) => changeComments(present, change.id, comments));
  if (parent !== undefined)
    edited.editList("dependencies", (present) => changeParent(present, change.id, parent));
  if (instantMs(readTime(edited.record.updated_at, "updated_at")) < change.at) {
    edited.replace("updated_at", JSON.stringify(formatTime(change.at)));
  }
}

/** One element of a list, as text and as value. */
interface Element {
  readonly raw: string;
  readonly value: JsonValue;
  /** Of a comment: when it was made, once somebody has asked. */
  commentMs?: number;
}

/** Other names under which tools write a key; they go when the key is written. */
const aliases: ReadonlyMap<string, string> = new Map([
  ["due_at", "due_date"],
  ["ephemeral", "wisp"],
]);

const timeKeys: ReadonlySet<string> = new Set([
  "started_at",
  "closed_at",
  "deleted_at",
  "due_at",
  "defer_until",
]);

class EditedLine {
  #members: readonly Member[];
  /** What the members say, but for lists that were edited. */
  readonly record: JsonObject;
  readonly #lists = new Map<string, readonly Element[]>();

  constructor(members: readonly Member[], record: JsonObject) {
    this.#members = members.filter((member) => member.key !== "_stamp");
    this.record = record;
  }

  /** Null, undefined, false and "" remove the key, unless what stands there is empty, too. */
  assign(key: string, value: JsonValue | undefined): void {
    const wanted = isEmpty(value) ? undefined : value;
    const current = this.#current(key);
    if (current === wanted) return;
    if (current !== undefined && wanted !== undefined && isSameJson(current, wanted)) return;
    this.replace(key, wanted === undefined ? undefined : JSON.stringify(wanted));
  }

  /** Puts one member in the place of all of that name, and of its alias. */
  replace(key: string, raw: string | undefined): void {
    const alias = aliases.get(key);
    const others = this.#members.filter((member) => member.key !== key && member.key !== alias);
    this.#members = raw === undefined ? others : [...others, { key, raw }];
    if (alias !== undefined) delete this.record[alias];
    delete this.record[key];
    // Of a key like `__proto__`, too.
    const own = { enumerable: true, configurable: true, writable: true };
    if (raw !== undefined) Object.defineProperty(this.record, key, { ...own, value: parse(raw) });
  }

  has(key: string): boolean {
    return !isEmpty(this.record[key]);
  }

  /** `edit` returns the very list it was given when there is nothing to do. */
  editList(key: string, edit: (elements: readonly Element[]) => readonly Element[]): void {
    const elements = this.#lists.get(key) ?? this.#readList(key);
    const edited = edit(elements);
    if (edited !== elements) this.#lists.set(key, edited);
  }

  /** Stable, so that repeated keys keep the order that decides between them. */
  ordered(): Member[] {
    for (const [key, elements] of this.#lists)
      this.replace(key, elements.length === 0 ? undefined : `[${elements.map(({ raw }) => raw).join(",")}]`);
    return [...this.#members].sort((left, right) => compareKeys(left.key, right.key));
  }

  #readList(key: string): Element[] {
    const raw = rawOf(this.#members, key);
    if (!raw?.startsWith("[")) return [];
    return readElements(raw).map((text) => ({ raw: text, value: parse(text) }));
  }

  /** The value as the view has it, so that a time as a number equals the same time as text. */
  #current(key: string): JsonValue | undefined {
    const alias = aliases.get(key);
    const value =
      ownValue(this.record, key) ?? (alias === undefined ? undefined : ownValue(this.record, alias));
    if (isEmpty(value)) return undefined;
    if (timeKeys.has(key)) return readTime(value, key);
    return key === "status" && typeof value === "string" ? normaliseStatus(value) : value;
  }
}

/** A line we write always has these, and a time that was derived must not move when the one it came from does. */
function completeRequired(edited: EditedLine): void {
  const missing = requiredKeys.filter((key) => !edited.has(key));
  if (missing.length === 0) return;
  const issue = viewIssue(edited.record);
  for (const key of missing) edited.replace(key, JSON.stringify(issue[key]));
}

const requiredKeys = ["id", "title", "status", "priority", "issue_type", "created_at", "updated_at"] as const;

function changeLabels(
  elements: readonly Element[],
  labels: Readonly<Record<string, boolean>>,
): readonly Element[] {
  let changed = elements;
  for (const [label, present] of Object.entries(labels)) {
    const isThere = changed.some((element) => readText(element.value, "labels") === label);
    if (present && !isThere) changed = [...changed, newElement(label)];
    if (!present && isThere)
      changed = changed.filter((element) => readText(element.value, "labels") !== label);
  }
  if (changed === elements) return elements;
  const rank = (element: Element) => readText(element.value, "labels") ?? "";
  return [...changed].sort((left, right) => compareBytes(rank(left), rank(right)));
}

function changeEdges(
  elements: readonly Element[],
  issueId: string,
  edges: readonly EdgeChange[],
  atMs: number,
): readonly Element[] {
  let changed = elements;
  for (const edge of edges) {
    const found = changed.find((element) => isEdge(element, edge.type, edge.depends_on_id));
    if (edge.present && found === undefined) changed = [...changed, newEdge(issueId, edge, atMs)];
    if (edge.present && found !== undefined) changed = withMetadata(changed, found, edge.metadata);
    if (!edge.present && found !== undefined) {
      changed = changed.filter((element) => !isEdge(element, edge.type, edge.depends_on_id));
    }
  }
  return changed === elements ? elements : sortedEdges(changed);
}

function changeParent(
  elements: readonly Element[],
  issueId: string,
  parent: ParentChange,
): readonly Element[] {
  const parents = elements.filter((element) => edgeType(element) === parentChild);
  const [first] = parents;
  if (parent.id === null ? first === undefined : parents.length === 1 && edgeTarget(first) === parent.id)
    return elements;
  const others = elements.filter((element) => edgeType(element) !== parentChild);
  if (parent.id === null) return others;
  const { id, ...facts } = parent;
  const kept = parents.find((element) => edgeTarget(element) === id);
  const edge = { issue_id: issueId, depends_on_id: id, type: parentChild, ...facts };
  return sortedEdges([...others, kept ?? newElement(orderedDependency(edge))]);
}

function changeComments(
  elements: readonly Element[],
  issueId: string,
  comments: readonly CommentChange[],
): readonly Element[] {
  let changed = elements;
  for (const comment of comments) {
    const found = changed.find((element) => isComment(element, comment));
    if (found === undefined) {
      if (comment.present) changed = [...changed, newComment(issueId, comment)];
    } else if (!comment.present) {
      changed = changed.filter((element) => !isComment(element, comment));
    } else {
      const edited = editComment(found, comment);
      if (edited !== found) changed = changed.map((element) => (element === found ? edited : element));
    }
  }
  if (changed === elements) return elements;
  return [...changed].sort((left, right) => commentMs(left) - commentMs(right));
}

/** Keys at the level of an edge or comment that we do not model stay as they are. */
function withMetadata(
  elements: readonly Element[],
  found: Element,
  metadata: string | undefined,
): readonly Element[] {
  if (metadata === undefined || !isJsonObject(found.value) || found.value.metadata === metadata)
    return elements;
  const edited = editElement(found, new Map([["metadata", metadata]]));
  return elements.map((element) => (element === found ? edited : element));
}

function editComment(element: Element, change: CommentChange): Element {
  if (!isJsonObject(element.value)) return element;
  const current = readComment(element.value, "");
  const values = new Map<string, string | undefined>();
  if (change.text !== undefined && change.text !== current.text)
    values.set("text", change.text).set("body", undefined);
  if (change.author !== undefined && change.author !== current.author) values.set("author", change.author);
  return values.size === 0 ? element : editElement(element, values);
}

function editElement(element: Element, values: ReadonlyMap<string, string | undefined>): Element {
  const written = new Map([...values].filter(([, value]) => value !== undefined));
  const members = readMembers(element.raw).flatMap((member) => {
    if (!values.has(member.key)) return [member];
    // Where the key stood, once.
    const value = written.get(member.key);
    return written.delete(member.key) ? [{ key: member.key, raw: JSON.stringify(value) }] : [];
  });
  const added = [...written].map(([key, value]) => ({ key, raw: JSON.stringify(value) }));
  const raw = formatMembers([...members, ...added]);
  return { raw, value: parse(raw) };
}

function newEdge(issueId: string, edge: EdgeChange, atMs: number): Element {
  const { present, created_at = formatTime(atMs), ...facts } = edge;
  return newElement(orderedDependency({ issue_id: issueId, created_at, ...facts }));
}

function newComment(issueId: string, change: CommentChange): Element {
  const { id, created_at, author = "", text = "" } = change;
  return newElement(orderedComment({ id, issue_id: issueId, author, text, created_at }));
}

function newElement(value: JsonValue): Element {
  return { raw: JSON.stringify(value), value };
}

function isEdge(element: Element, type: string, dependsOnId: string): boolean {
  return edgeType(element) === type && edgeTarget(element) === dependsOnId;
}

function edgeType(element: Element): string {
  return isJsonObject(element.value) ? readDependencyType(element.value) : "";
}

function edgeTarget(element: Element | undefined): string {
  return (isJsonObject(element?.value) ? readTarget(element.value) : undefined) ?? "";
}

function sortedEdges(elements: readonly Element[]): readonly Element[] {
  return [...elements].sort(
    (left, right) =>
      compareBytes(edgeTarget(left), edgeTarget(right)) || compareBytes(edgeType(left), edgeType(right)),
  );
}

function isComment(element: Element, comment: CommentChange): boolean {
  if (!isJsonObject(element.value)) return false;
  const id = readText(element.value.id, "id") ?? "";
  return id === comment.id && commentMs(element) === instantMs(comment.created_at);
}

function commentMs(element: Element): number {
  element.commentMs ??= isJsonObject(element.value)
    ? instantMs(readTime(element.value.created_at, "created_at"))
    : 0;
  return element.commentMs;
}

function touchedItems(change: ChangeIssue): string[] {
  const touched = [
    ...Object.keys(change.set ?? {}).map(fieldItem),
    ...Object.keys(change.labels ?? {}).map(labelItem),
    ...(change.edges ?? []).map((edge) => edgeItem(edge.type, edge.depends_on_id)),
    ...(change.comments ?? []).map((comment) => commentItem(comment.id, comment.created_at)),
  ];
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

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === "" || value === false;
}

/** Own keys only: a line may call a key `constructor`. */
function ownValue(record: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function parse(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text);
  return value;
}
