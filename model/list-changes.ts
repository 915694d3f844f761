import { compareBytes } from "./compare";
import { parentChild } from "./dependency";
import { type EditedLine, type Element, parseJson } from "./edited-line";
import {
  orderedComment,
  orderedDependency,
  readComment,
  readDependencyType,
  readTarget,
  readText,
  readTime,
} from "./issue-json";
import { isJsonObject, type JsonValue } from "./json";
import { formatMembers, readMembers } from "./json-members";
import type { ChangeIssue, CommentChange, EdgeChange, ParentChange } from "./operation";
import { formatTime, instantMs } from "./time";

/** What a change makes of the lists of a line: labels, edges, comments. */
export function changeLists(
  edited: EditedLine,
  { id, at, labels, edges, comments, parent }: ChangeIssue,
): void {
  if (labels !== undefined) edited.editList("labels", (present) => changeLabels(present, labels));
  if (edges !== undefined) edited.editList("dependencies", (present) => changeEdges(present, id, edges, at));
  if (comments !== undefined) edited.editList("comments", (present) => changeComments(present, id, comments));
  if (parent !== undefined) edited.editList("dependencies", (present) => changeParent(present, id, parent));
}

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
  return { raw, value: parseJson(raw) };
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
