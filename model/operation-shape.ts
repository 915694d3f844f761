import { BzError } from "./errors";
import { isJsonObject, type JsonObject } from "./json";
import { everyIn } from "./list";
import { isLogEntry } from "./log-entry";
import { onDemand } from "./on-demand";
import type { Operation } from "./operation";
import { isSetRecord } from "./record";

/** Keys that `set` may not name: they are items of their own, or derived. */
const reservedKeys = onDemand(
  (): ReadonlySet<string> =>
    new Set([
      "_stamp",
      "_type",
      "assignee",
      "claim_session",
      "close_reason",
      "closed_at",
      "closed_by_session",
      "comments",
      "defer_until",
      "delete_reason",
      "deleted_at",
      "deleted_by",
      "dependencies",
      "id",
      "labels",
      "original_status",
      "original_type",
      "started_at",
      "status",
      "updated_at",
    ]),
);

/**
 * Checks the shape of an operation that was read back from disk.
 * @throws BzError CORRUPT: the checksum held, so whoever wrote this was not this program.
 */
export function parseOperation(value: unknown): Operation {
  if (isOperation(value)) return value;
  // Only what says what it is can be a later version's.
  const isNewer = isJsonObject(value) && typeof value.op === "string" && !knownNames.includes(value.op);
  throw new BzError(
    isNewer ? "UNSUPPORTED" : "CORRUPT",
    `an operation in the log has a shape that this version does not know: ${excerpt(value)}`,
  );
}

const knownNames: readonly string[] = ["put", "change", "purge", "take", "record", "entry", "gone"];

export function areOperations(values: readonly unknown[]): values is readonly Operation[] {
  for (const value of values) if (!isOperation(value)) return false;
  return true;
}

/** What is undefined in it is not logged. */
export function isOperation(value: unknown): value is Operation {
  if (!isJsonObject(value)) return false;
  switch (value.op) {
    case "put":
      return isId(value.id) && isLine(value.line);
    case "change":
      return isChange(value);
    case "purge":
      return isId(value.id) && isStamp(value.at);
    case "take":
      return isTake(value);
    case "record":
      return isSetRecord(value);
    case "entry":
      return isLogEntry(value);
    case "gone":
      return value.take === undefined || value.take === true;
    default:
      return false;
  }
}

function isTake(value: JsonObject): boolean {
  return (
    isId(value.id) &&
    isLine(value.line) &&
    (value.state === undefined || isLine(value.state)) &&
    (value.result === undefined || isLine(value.result))
  );
}

function isChange(value: JsonObject): boolean {
  return (
    isId(value.id) &&
    isStamp(value.at) &&
    (value.set === undefined || isFields(value.set)) &&
    (value.work === undefined || isWork(value.work)) &&
    (value.claim === undefined || isTexts(value.claim)) &&
    (value.parent === undefined || isParent(value.parent)) &&
    (value.labels === undefined || isLabels(value.labels)) &&
    (value.edges === undefined || isListOf(value.edges, isEdge)) &&
    (value.comments === undefined || isListOf(value.comments, isComment))
  );
}

function isId(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/** A line end inside would make two lines of one issue. */
export function isLine(text: unknown): text is string {
  // `includes` takes several times as long as `indexOf` before the engine has compiled it, and a log has thousands of lines.
  return typeof text === "string" && text.startsWith("{") && text.endsWith("}") && text.indexOf("\n") === -1;
}

function isStamp(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isFields(value: unknown): boolean {
  return isJsonObject(value) && everyIn(Object.keys(value), (key) => !reservedKeys().has(key));
}

function isWork(value: unknown): boolean {
  return isJsonObject(value) && isStamp(value.reopens) && isId(value.status) && isTexts(value, "reopens");
}

/** @param except what stands under this key is no text */
function isTexts(value: unknown, except?: string): boolean {
  if (!isJsonObject(value)) return false;
  for (const key in value)
    if (key !== except && value[key] !== undefined && typeof value[key] !== "string") return false;
  return true;
}

function isParent(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { id, ...texts } = value;
  return (id === null || isId(id)) && typeof texts.created_at === "string" && isTexts(texts);
}

function isLabels(value: unknown): boolean {
  return isJsonObject(value) && Object.values(value).every((present) => typeof present === "boolean");
}

function isEdge(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { present, ...texts } = value;
  return typeof present === "boolean" && isId(texts.depends_on_id) && isId(texts.type) && isTexts(texts);
}

function isComment(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { present, ...texts } = value;
  return (
    typeof present === "boolean" &&
    typeof texts.id === "string" &&
    typeof texts.created_at === "string" &&
    isTexts(texts)
  );
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function excerpt(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 120);
}
