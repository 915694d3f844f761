import type { Comment } from "./comment";
import { compareBytes } from "./compare";
import { type Dependency, normaliseDependencyType, parentChild } from "./dependency";
import { BzError } from "./errors";
import type { Issue } from "./issue";
import { defaultIssueType } from "./issue-type";
import { isJsonObject, type JsonObject, type JsonValue, nestsDeeper } from "./json";
import { maxDepth } from "./json-members";
import { defaultPriority } from "./priority";
import { normaliseStatus } from "./status";
import { formatTime } from "./time";

export const missingTitle = "(untitled)";
export const purgedTitle = "(purged)";
/** The `_stamp` of a purged issue's line. */
export const purgedStamp = "!";
const longestId = 256;
/** No date reaches further from the epoch. */
const farthestMs = 8.64e15;

/** Fields that a view holds as text, read alike: those of most issues, and the others. The required ones and the times are read by name below. */
const usualTextKeys = ["description", "assignee", "created_by"] as const;

const otherTextKeys = [
  "design",
  "acceptance_criteria",
  "notes",
  "claim_session",
  "owner",
  "close_reason",
  "closed_by_session",
  "external_ref",
  "deleted_by",
  "delete_reason",
  "original_type",
  "original_status",
] as const;

/** Those that not every issue has. */
const timeKeys = ["started_at", "closed_at", "due_at", "defer_until", "deleted_at"] as const;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads a line of any dialect of the family: edges with `dep_type` or `target_id`, comments with `body`, times as numbers,
 * nulls, missing keys.
 * @throws BzError INVALID saying what is wrong with it
 */
export function parseIssue(line: string): Issue {
  return viewIssue(parseRecord(line));
}

/** @throws BzError INVALID when the line is not one JSON object of bearable depth */
export function parseRecord(line: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new BzError("INVALID", "the line is not valid JSON", { cause });
  }
  if (!isJsonObject(value)) throw new BzError("INVALID", "the line is not a JSON object");
  if (mayBeTooDeep(line) && isTooDeep(value))
    throw new BzError("INVALID", `the line nests deeper than ${maxDepth} levels`);
  return value;
}

/** What opens fewer brackets is not deep. Asked of every line that is read: to walk through it takes as long as all else. */
export function mayBeTooDeep(line: string): boolean {
  return line.split("{", maxDepth).length + line.split("[", maxDepth).length > maxDepth;
}

export function isTooDeep(record: JsonObject): boolean {
  for (const key in record) {
    const inner = record[key];
    if (typeof inner === "object" && nestsDeeper(inner, maxDepth - 1)) return true;
  }
  return false;
}

/** The bare tombstone that remains of a purged issue and beats every other line of it. */
export function purgedLine(id: string, atMs: number): string {
  const time = formatTime(atMs);
  return JSON.stringify({
    id,
    title: purgedTitle,
    status: "tombstone",
    priority: defaultPriority,
    issue_type: defaultIssueType,
    created_at: time,
    updated_at: time,
    _stamp: purgedStamp,
  });
}

/** An edge as a line holds it, in the key order of the dialect. */
export function orderedDependency(edge: Dependency): JsonObject {
  return {
    issue_id: edge.issue_id,
    depends_on_id: edge.depends_on_id,
    type: edge.type,
    created_at: edge.created_at,
    ...(edge.created_by === undefined ? {} : { created_by: edge.created_by }),
    ...(edge.metadata === undefined ? {} : { metadata: edge.metadata }),
  };
}

/** A comment as a line holds it. Ids of digits are numbers there, because other readers take no other. */
export function orderedComment(comment: Comment): JsonObject {
  const { id, issue_id, author, text, created_at } = comment;
  const number = Number(id);
  const isPlainNumber = Number.isSafeInteger(number) && String(number) === id;
  return { id: isPlainNumber ? number : id, issue_id, author, text, created_at };
}

/** RFC 3339 text as it stands; a number is seconds, ms, us or ns since the epoch, told apart by its size. */
export function readTime(value: JsonValue | undefined, key: string): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  const time = typeof value === "number" ? timeOfNumber(value) : undefined;
  if (time === undefined) throw wrongType(key, "a time");
  return time;
}

/** Undefined for a number that no date reaches. */
export function timeOfNumber(value: number): string | undefined {
  const size = Math.abs(value);
  const timeMs = size < 1e11 ? value * 1e3 : size < 1e14 ? value : size < 1e17 ? value / 1e3 : value / 1e6;
  return Math.abs(timeMs) <= farthestMs ? formatTime(Math.floor(timeMs)) : undefined;
}

/** The other end of an edge, whichever dialect wrote it. */
export function readTarget(edge: JsonObject): string | undefined {
  return readText(edge.depends_on_id ?? edge.depends_on ?? edge.target_id, "depends_on_id");
}

export function readDependencyType(edge: JsonObject): string {
  return normaliseDependencyType(readText(edge.type ?? edge.dep_type, "type") ?? "blocks");
}

/** Texts of the dialect; a number or boolean in the place of one is taken for its spelling. */
export function readText(value: JsonValue | undefined, key: string): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "object") throw wrongType(key, "a text");
  return String(value);
}

/** The view of a line that was parsed already. A value that is as in most lines is not handed to another function: to call one takes longer than to read it. */
export function viewIssue(record: JsonObject): Issue {
  const id = readId(record.id);
  const { title, status, priority, issue_type: type, created_at: created, updated_at: updated } = record;
  const { labels, dependencies: edges, comments } = record;
  const createdAt = typeof created === "string" && created !== "" ? created : readTime(created, "created_at");
  const updatedAt = typeof updated === "string" && updated !== "" ? updated : readTime(updated, "updated_at");
  const dependencies = edges === undefined ? noDependencies : readDependencies(edges, id);
  const issue: Writable<Issue> = {
    id,
    title: typeof title === "string" && title !== "" ? title : readTitle(title),
    status: status === "open" ? status : readStatus(status),
    priority: priority === defaultPriority ? priority : readPriority(priority),
    issue_type: typeof type === "string" && type !== "" ? type : readIssueType(type),
    created_at: createdAt ?? updatedAt ?? formatTime(0),
    updated_at: updatedAt ?? createdAt ?? formatTime(0),
    labels: labels === undefined ? noLabels : readLabels(labels),
    dependencies,
    comments: comments === undefined ? noComments : readComments(comments, id),
  };
  const { description, assignee, created_by: creator } = record;
  // How many keys it has that most lines do not. To ask for each of them takes longer than to read all others.
  let others = Object.keys(record).length - 1;
  if (title !== undefined) others -= 1;
  if (status !== undefined) others -= 1;
  if (priority !== undefined) others -= 1;
  if (type !== undefined) others -= 1;
  if (created !== undefined) others -= 1;
  if (updated !== undefined) others -= 1;
  if (labels !== undefined) others -= 1;
  if (edges !== undefined) others -= 1;
  if (comments !== undefined) others -= 1;
  if (record._stamp !== undefined) others -= 1;
  if (description !== undefined) others -= 1;
  if (assignee !== undefined) others -= 1;
  if (creator !== undefined) others -= 1;
  if ((description ?? assignee) !== undefined || typeof creator !== "string" || creator === "")
    readTexts(record, issue, usualTextKeys);
  else issue.created_by = creator;
  if (others > 0) {
    readTexts(record, issue, otherTextKeys);
    readOtherFields(record, issue);
  }
  const parent = dependencies.length === 0 ? undefined : parentAmong(dependencies);
  if (parent !== undefined) issue.parent = parent;
  return issue;
}

function readTexts(
  record: JsonObject,
  issue: Writable<Issue>,
  keys: readonly (typeof usualTextKeys | typeof otherTextKeys)[number][],
): void {
  for (const key of keys) {
    const value = record[key];
    const text = typeof value === "string" && value !== "" ? value : readText(value, key);
    if (text !== undefined) issue[key] = text;
  }
}

function readOtherFields(record: JsonObject, issue: Writable<Issue>): void {
  for (const key of timeKeys) {
    const value = key === "due_at" ? (record.due_at ?? record.due_date) : record[key];
    if (value === undefined) continue;
    const time = readTime(value, key);
    if (time !== undefined) issue[key] = time;
  }
  const estimate = record.estimated_minutes;
  if (typeof estimate === "number") issue.estimated_minutes = estimate;
  else if (estimate !== undefined && estimate !== null) throw wrongType("estimated_minutes", "a number");
  if (record.pinned === true) issue.pinned = true;
  if (record.ephemeral === true || record.wisp === true) issue.ephemeral = true;
  const { metadata } = record;
  if (metadata !== undefined && metadata !== null && metadata !== "") issue.metadata = metadata;
}

function readId(value: JsonValue | undefined): string {
  if (value === undefined || value === null || value === "")
    throw new BzError("INVALID", "the line has no id");
  if (typeof value !== "string") throw wrongType("id", "a text");
  if (value.length > longestId || hasControl(value)) {
    throw new BzError(
      "INVALID",
      `the id is longer than ${longestId} characters or holds a space or control character`,
    );
  }
  return value;
}

/** Control characters, spaces and halves of surrogate pairs: nobody could type the id, and half a pair cannot be stored. */
function hasControl(text: string): boolean {
  // Of what needs no escape there, as nearly every id, the engine says so in a tenth of the time.
  if (text.isWellFormed() && encodeURIComponent(text) === text) return false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit <= 0x20 || (unit >= 0x7f && unit <= 0xa0)) return true;
    if (unit >= 0xd800 && unit < 0xe000) return !text.isWellFormed();
  }
  return false;
}

export function readTitle(value: JsonValue | undefined): string {
  if (value === undefined || value === null || value === "") return missingTitle;
  if (typeof value !== "string") throw wrongType("title", "a text");
  return value;
}

export function readStatus(value: JsonValue | undefined): string {
  return normaliseStatus(readText(value, "status") ?? "open");
}

export function readIssueType(value: JsonValue | undefined): string {
  return readText(value, "issue_type") ?? defaultIssueType;
}

export function readPriority(value: JsonValue | undefined): number {
  if (value === undefined || value === null) return defaultPriority;
  if (typeof value !== "number") throw wrongType("priority", "a number");
  return Math.min(4, Math.max(0, Math.round(value)));
}

const noLabels: readonly string[] = [];

export function readLabels(value: JsonValue | undefined): readonly string[] {
  if (value === undefined || value === null) return noLabels;
  if (!Array.isArray(value)) throw wrongType("labels", "a list");
  const labels: string[] = [];
  for (const item of value) {
    const label = readText(item, "labels");
    if (label !== undefined) labels.push(label);
  }
  if (labels.length < 2) return labels;
  return [...new Set(labels)].sort(compareBytes);
}

const noDependencies: readonly Dependency[] = [];

export function readDependencies(value: JsonValue | undefined, issueId: string): readonly Dependency[] {
  if (value === undefined || value === null) return noDependencies;
  if (!Array.isArray(value)) throw wrongType("dependencies", "a list");
  const dependencies: Dependency[] = [];
  for (const item of value) {
    if (item === null) continue;
    if (!isJsonObject(item)) throw wrongType("dependencies", "a list of objects");
    const target = readTarget(item);
    if (target === undefined) throw new BzError("INVALID", "a dependency does not say what it depends on");
    const edge: Writable<Dependency> = {
      issue_id: issueId,
      depends_on_id: target,
      type: readDependencyType(item),
      created_at: readTime(item.created_at, "created_at") ?? formatTime(0),
    };
    const createdBy = readText(item.created_by, "created_by");
    if (createdBy !== undefined) edge.created_by = createdBy;
    const { metadata } = item;
    if (metadata !== undefined && metadata !== null && metadata !== "" && metadata !== "{}") {
      edge.metadata = typeof metadata === "string" ? metadata : JSON.stringify(metadata);
    }
    dependencies.push(edge);
  }
  return dependencies;
}

const noComments: readonly Comment[] = [];

function readComments(value: JsonValue | undefined, issueId: string): readonly Comment[] {
  if (value === undefined || value === null) return noComments;
  if (!Array.isArray(value)) throw wrongType("comments", "a list");
  const comments: Comment[] = [];
  for (const item of value) {
    if (item === null) continue;
    if (!isJsonObject(item)) throw wrongType("comments", "a list of objects");
    comments.push(readComment(item, issueId));
  }
  return comments;
}

/** A comment of any dialect, as a view. */
export function readComment(item: JsonObject, issueId: string): Comment {
  return {
    id: readText(item.id, "id") ?? "",
    issue_id: issueId,
    author: readText(item.author, "author") ?? "",
    text: readText(item.text ?? item.body, "text") ?? "",
    created_at: readTime(item.created_at, "created_at") ?? formatTime(0),
  };
}

export function parentAmong(dependencies: readonly Dependency[]): string | undefined {
  let parent: string | undefined;
  for (const edge of dependencies) {
    if (edge.type !== parentChild) continue;
    if (parent === undefined || compareBytes(edge.depends_on_id, parent) < 0) parent = edge.depends_on_id;
  }
  return parent;
}

function wrongType(key: string, wanted: string): BzError {
  return new BzError("INVALID", `"${key}" is not ${wanted}`, { context: { key } });
}
