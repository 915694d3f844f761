import { addComment, type ChangeContext, editIssue, type IssueEdits } from "../../model/change";
import { deleteComment, editComment } from "../../model/comment-change";
import type { Issue } from "../../model/issue";
import { parseIssue } from "../../model/issue-json";
import { isJsonObject, type JsonObject, type JsonValue } from "../../model/json";
import type { ChangeIssue } from "../../model/operation";
import { recencyOf } from "../../model/recency";
import { formatTime } from "../../model/time";
import type { Random } from "../protocol-model/random";

/** Something that somebody wants changed. */
export interface Wish {
  readonly item: string;
  readonly value: string;
  readonly kind: "set" | "close" | "reopen" | "move";
}

const fields = ["title", "notes", "external_ref", "assignee", "parent"] as const;
type Field = (typeof fields)[number];
const live = ["open", "blocked"];

/** A new issue with a value in every field that no other operation writes. */
export function newLine(id: string, value: string, timeMs: number): string {
  const time = formatTime(timeMs);
  const line = JSON.stringify({
    id,
    title: value,
    notes: value,
    status: "open",
    priority: 2,
    issue_type: "task",
    assignee: value,
    created_at: time,
    updated_at: time,
    external_ref: value,
    dependencies: [
      { issue_id: id, depends_on_id: value, type: "parent-child", created_at: time },
      { issue_id: id, depends_on_id: "always", type: "related", created_at: time },
    ],
  });
  // Keys that nobody here models, on both levels. They have to be there in the end.
  return line.replace(/\}$/, ',"size":1.0}').replace('"type":"related"', '"type":"related","weight":1.0');
}

/** What the items of a line say, by the names that operations use. */
export function saidOf(issue: Issue, item: string): string {
  const [kind, name = ""] = item.split(" ");
  if (kind === "label") return presence(issue.labels.includes(name));
  if (kind === "edge")
    return presence(issue.dependencies.some((edge) => edge.type === "blocks" && edge.depends_on_id === name));
  if (kind === "comment") return issue.comments.find(({ author }) => author === name)?.text ?? "off";
  if (kind === "work") return issue.status;
  return fields.some((field) => field === item) ? (issue[item as Field] ?? "") : "";
}

/** One random change of an issue; undefined when the dice fell on something that is not to be done. */
export function wish(
  issue: Issue,
  random: Random,
  next: number,
  may: { readonly toggle: boolean; readonly removeComments: boolean },
): Wish | undefined {
  const dice = random.next();
  if (dice < 0.35) {
    const item = random.pick(fields) ?? "title";
    const clears = item === "notes" && saidOf(issue, item) !== "" && random.chance(0.3);
    return { item, value: clears ? "" : `v${next}`, kind: "set" };
  }
  if (dice < 0.65) return wishOfWork(issue, random);
  if (!may.toggle) return undefined;
  const comments = issue.comments.map(({ author }) => `comment ${author}`);
  const item =
    random.pick([
      ...["label a", "label b", "label c", "edge d", "edge e", `comment c${next}`],
      ...(may.removeComments ? comments : []),
    ]) ?? "label a";
  const said = saidOf(issue, item);
  const isEdit = item.startsWith("comment") && said !== "off" && next % 3 === 0;
  return { item, value: isEdit ? `v${next}` : presence(said === "off"), kind: "set" };
}

/** The operation of bz that makes it true. */
export function changeFor(line: string, { item, value }: Wish, nowMs: number): ChangeIssue | undefined {
  const issue = parseIssue(line);
  const context: ChangeContext = { recency: recencyOf(line), nowMs, actor: "ann" };
  const [kind, name = ""] = item.split(" ");
  if (kind === "comment") {
    const comment = issue.comments.find(({ author }) => author === name);
    if (comment === undefined) return addComment(issue, { text: value, author: name }, context);
    return value === "off"
      ? deleteComment(issue, comment, context)
      : editComment(issue, comment, value, context);
  }
  return editIssue(issue, editsFor(kind ?? "", name, value), context);
}

/** The line as a tool writes it that does not know stamps: other order, other time, with or without `_stamp`. */
export function toolLine(
  line: string,
  { item, value }: Wish,
  timeMs: number,
  tool: { readonly keepsStamp: boolean; readonly forgets: boolean; readonly reorders: boolean },
): string {
  const record: JsonObject = JSON.parse(line);
  const [kind, name = ""] = item.split(" ");
  const at = formatTime(timeMs);
  if (kind === "work") {
    record.status = value;
    if (value === "closed") record.closed_at = at;
    else delete record.closed_at;
  } else if (kind === "label") {
    record.labels = toggled(listOf(record.labels), name, value, (label) => label === name);
  } else if (kind === "edge") {
    const edge = { issue_id: "", depends_on_id: name, type: "blocks", created_at: at };
    record.dependencies = toggled(listOf(record.dependencies), edge, value, (other) =>
      isEdgeTo(other, "blocks", name),
    );
  } else if (kind === "comment") {
    record.comments = [
      ...listOf(record.comments),
      { id: timeMs, issue_id: "", author: name, text: value, created_at: at },
    ];
  } else if (kind === "parent") {
    const others = listOf(record.dependencies).filter((edge) => !isEdgeTo(edge, "parent-child"));
    record.dependencies = [...others, { depends_on_id: value, type: "parent-child", created_at: at }];
  } else if (value === "") {
    delete record[item];
  } else {
    record[item] = value;
  }
  record.updated_at = at;
  if (!tool.keepsStamp) delete record._stamp;
  if (tool.forgets) forget(record);
  const entries = Object.entries(record);
  return JSON.stringify(tool.reorders ? Object.fromEntries(entries.reverse()) : record);
}

function wishOfWork(issue: Issue, random: Random): Wish {
  const { status } = issue;
  if (status === "closed") return { item: "work", value: "open", kind: "reopen" };
  const value = random.pick([...live, "closed"].filter((other) => other !== status)) ?? "closed";
  return { item: "work", value, kind: value === "closed" ? "close" : "move" };
}

function editsFor(kind: string, name: string, value: string): IssueEdits {
  if (kind === "work") return { status: value };
  if (kind === "label") return value === "on" ? { add_labels: [name] } : { remove_labels: [name] };
  if (kind === "edge") {
    const edges = [{ depends_on_id: name, type: "blocks" }];
    return value === "on" ? { add_edges: edges } : { remove_edges: edges };
  }
  return { [kind]: value };
}

function presence(isThere: boolean): "on" | "off" {
  return isThere ? "on" : "off";
}

function toggled(
  list: readonly JsonValue[],
  element: JsonValue,
  value: string,
  isIt: (element: JsonValue) => boolean,
): JsonValue[] {
  const others = list.filter((other) => !isIt(other));
  return value === "on" ? [...others, element] : others;
}

function isEdgeTo(edge: JsonValue, type: string, target?: string): boolean {
  return isJsonObject(edge) && edge.type === type && (target === undefined || edge.depends_on_id === target);
}

/** What a tool does that keeps only what it knows. */
function forget(record: JsonObject): void {
  delete record.size;
  for (const edge of listOf(record.dependencies)) if (isJsonObject(edge)) delete edge.weight;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
