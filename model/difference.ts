import type { Comment } from "./comment";
import type { Issue } from "./issue";
import { isSameJson, type JsonObject, type JsonValue } from "./json";

/** Field by field what the later state of an issue says and the earlier one did not; null: removed. Its own times are left out. */
export function differenceOf(before: Issue, after: Issue): JsonObject {
  const difference: JsonObject = {};
  const old = new Map<string, unknown>(Object.entries(before));
  const now = new Map<string, unknown>(Object.entries(after));
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    if (unnamedKeys.has(key)) continue;
    const was = plainJson(old.get(key));
    const is = plainJson(now.get(key));
    if (!isSameJson(was, is)) difference[key] = is;
  }
  const labels = changedElements(before.labels, after.labels, (label) => label);
  if (labels.length > 0)
    difference.labels = Object.fromEntries(labels.map(([label, present]) => [label, present]));
  const edges = changedElements(
    before.dependencies,
    after.dependencies,
    (edge) => `${edge.type} ${edge.depends_on_id}`,
  );
  if (edges.length > 0) {
    difference.dependencies = edges.map(([{ depends_on_id, type }, present]) => ({
      depends_on_id,
      type,
      present,
    }));
  }
  const comments = changedComments(before.comments, after.comments);
  if (comments.length > 0) difference.comments = comments;
  return difference;
}

/** A comment is the same one while its id and time are; then it was edited, and what it said before stands beside it. */
function changedComments(before: readonly Comment[], after: readonly Comment[]): JsonObject[] {
  const nameOf = ({ id, created_at }: Comment) => `${id} ${created_at}`;
  const old = new Map(before.map((comment) => [nameOf(comment), comment]));
  const now = new Set(after.map(nameOf));
  const changed: JsonObject[] = [];
  for (const comment of after) {
    const was = old.get(nameOf(comment));
    const { id, author, text, created_at } = comment;
    if (was?.text === text && was.author === author) continue;
    changed.push({
      ...{ id, author, text, created_at, present: true },
      ...(was === undefined ? {} : { was: was.text }),
    });
  }
  for (const comment of before) {
    if (now.has(nameOf(comment))) continue;
    const { id, author, text, created_at } = comment;
    changed.push({ id, author, created_at, present: false, was: text });
  }
  return changed;
}

const unnamedKeys: ReadonlySet<string> = new Set([
  "id",
  "created_at",
  "updated_at",
  "labels",
  "dependencies",
  "comments",
]);

function changedElements<Element>(
  before: readonly Element[],
  after: readonly Element[],
  keyOf: (element: Element) => string,
): [Element, boolean][] {
  const old = new Set(before.map(keyOf));
  const now = new Set(after.map(keyOf));
  return [
    ...after
      .filter((element) => !old.has(keyOf(element)))
      .map((element): [Element, boolean] => [element, true]),
    ...before
      .filter((element) => !now.has(keyOf(element)))
      .map((element): [Element, boolean] => [element, false]),
  ];
}

/** A field of a view as JSON; null when absent. */
function plainJson(value: unknown): JsonValue {
  const json: JsonValue = value === undefined ? null : JSON.parse(JSON.stringify(value));
  return json;
}
