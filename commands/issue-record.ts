import { BzError } from "../model/errors";
import { keyOrder } from "../model/issue";
import { parseRecord } from "../model/issue-json";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json";
import { rawOf, readMembers } from "../model/json-members";
import { nearestSpellings } from "../model/spelling";
import {
  type IssueFields,
  type IssueFieldValues,
  type NamedEdge,
  parseEdge,
  readIssueFields,
} from "./issue-arguments";
import { parseMetadata } from "./metadata-input";

/** What `create` takes, as a JSON object names it: the keys of an issue, and the flags of `create` beside them. */
export interface IssueRecord extends IssueFields {
  readonly title?: string | undefined;
  readonly status?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly parent?: string | undefined;
  readonly depends_on?: readonly NamedEdge[] | undefined;
  readonly blocks?: readonly NamedEdge[] | undefined;
}

/** Each key with the other spellings of it. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  title: [],
  description: ["body"],
  design: [],
  acceptance_criteria: ["acceptance"],
  notes: [],
  status: [],
  priority: [],
  issue_type: ["type"],
  assignee: [],
  owner: [],
  due_at: ["due"],
  defer_until: ["defer"],
  estimated_minutes: ["estimate"],
  external_ref: [],
  pinned: [],
  ephemeral: [],
  metadata: [],
  labels: ["label"],
  parent: ["parent_key", "parent_id"],
  depends_on: ["deps", "dep", "dependencies"],
  blocks: [],
};

const canonical: ReadonlyMap<string, string> = new Map(
  Object.entries(spellings).flatMap(([key, others]) =>
    [key, ...others].map((name): [string, string] => [name, key]),
  ),
);

/** The usual key of a spelling. */
export function canonicalKey(name: string): string | undefined {
  return canonical.get(name) ?? canonical.get(name.replaceAll("-", "_"));
}

/**
 * The members of one JSON object by their usual keys.
 * @param further keys that are allowed beside those of an issue
 * @param refused keys of an issue that make no sense here
 * @throws BzError INVALID for what is no object, has a key that nobody knows, or one in two spellings
 */
export function readMembersOf(
  text: string,
  further: readonly string[],
  refused: readonly string[] = [],
): JsonObject {
  return membersOf(parseRecord(text), further, refused);
}

/** The same of an object that was parsed already. */
export function membersOf(
  record: JsonObject,
  further: readonly string[],
  refused: readonly string[] = [],
): JsonObject {
  const found: JsonObject = {};
  for (const key in record) {
    const name = further.includes(key) ? key : canonicalKey(key);
    if (name === undefined) throw unknownKey(key, further);
    if (refused.includes(name)) throw refusedKey(key, further);
    if (name in found)
      throw new BzError("INVALID", `"${name}" is given twice, as "${key}" too`, { context: { key } });
    found[name] = record[key] ?? null;
  }
  return found;
}

/**
 * Reads what an object says about an issue by the same rules as the flags of `create`.
 * @param text the object as it was written: metadata is checked there, before its numbers are rounded
 * @param cleared what null stands for: nothing said (undefined), or "take it away" ("")
 * @throws BzError INVALID
 */
export function readIssueRecord(record: JsonObject, text: string, nowMs: number, cleared?: ""): IssueRecord {
  const word = (key: string) => readWord(record[key], key, cleared);
  const values: IssueFieldValues = {
    type: word("issue_type"),
    priority: word("priority"),
    description: word("description"),
    design: word("design"),
    acceptance: word("acceptance_criteria"),
    notes: word("notes"),
    assignee: word("assignee"),
    owner: word("owner"),
    due: word("due_at"),
    defer: word("defer_until"),
    estimate: word("estimated_minutes"),
    "external-ref": word("external_ref"),
    ephemeral: readSwitch(record.ephemeral, "ephemeral"),
    pinned: readSwitch(record.pinned, "pinned"),
    metadata: readMetadata(record.metadata, text, cleared),
  };
  return {
    ...readIssueFields(values, nowMs, fieldNames),
    title: readWord(record.title, "title", undefined),
    status: readWord(record.status, "status", undefined),
    labels: readNames(record.labels, "labels"),
    parent: word("parent"),
    depends_on: readTargets(record.depends_on, "depends_on"),
    blocks: readTargets(record.blocks, "blocks"),
  };
}

const fieldNames = { defer: "defer_until", metadata: "metadata" };

/** A text; numbers may stand for themselves, as in a priority. */
export function readWord<Cleared extends "" | undefined>(
  value: JsonValue | undefined,
  key: string,
  cleared: Cleared,
): string | Cleared | undefined {
  if (value === undefined) return undefined;
  if (value === null) return cleared;
  if (typeof value === "string") return value;
  if (typeof value === "number" && numericKeys.has(key)) return String(value);
  throw wrongType(key, numericKeys.has(key) ? "a number or a text" : "a text");
}

const numericKeys: ReadonlySet<string> = new Set(["priority", "estimated_minutes"]);

export function readSwitch(value: JsonValue | undefined, key: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean") return value;
  throw wrongType(key, "true or false");
}

/** A list of texts; one text is split at its commas, as a flag's value is. */
export function readNames(value: JsonValue | undefined, key: string): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return splitNames(value);
  if (!Array.isArray(value)) throw wrongType(key, "a list of texts");
  return value.map((item) => {
    if (typeof item === "string") return item;
    throw wrongType(key, "a list of texts");
  });
}

function splitNames(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  return names.filter((name) => name !== "");
}

const targetKeys = ["target", "id", "key", "depends_on_id", "depends_on"];
const edgeKeys = [...targetKeys, "type", "dep_type", "metadata"];

/** The other ends of edges, each `ID`, `TYPE:ID` or an object. */
function readTargets(value: JsonValue | undefined, key: string): NamedEdge[] | undefined {
  if (value === undefined || value === null) return undefined;
  const items = typeof value === "string" ? splitNames(value) : Array.isArray(value) ? value : [value];
  return items.map((item) => readTarget(item, key));
}

function readTarget(item: JsonValue, key: string): NamedEdge {
  if (typeof item === "string") return parseEdge(item.trim());
  if (!isJsonObject(item)) throw wrongType(key, "a list of ids, or of objects with a target and a type");
  const unknown = Object.keys(item).find((name) => !edgeKeys.includes(name));
  if (unknown !== undefined) throw unknownKeyOf(unknown, edgeKeys, `in "${key}"`);
  const [target, ...more] = targetKeys.filter((name) => item[name] !== undefined);
  const text = target === undefined ? undefined : readWord(item[target], target, undefined);
  if (text === undefined || text === "" || more.length > 0)
    throw new BzError("INVALID", `"${key}" does not say in one way what it depends on`, {
      hint: 'write {"target":"ID","type":"blocks"}, or just "ID"',
    });
  const type = readWord(item.type ?? item.dep_type, "type", undefined) || "blocks";
  const metadata = readWord(item.metadata, "metadata", undefined) || undefined;
  if (metadata !== undefined) parseMetadata(metadata, `"${key}", metadata`);
  return { ...parseEdge(`${type}:${text.trim()}`), metadata };
}

function readMetadata(
  value: JsonValue | undefined,
  text: string,
  cleared: "" | undefined,
): string | undefined {
  if (value === undefined) return undefined;
  if (value === null || value === "") return cleared;
  return rawOf(readMembers(text), "metadata");
}

function refusedKey(key: string, further: readonly string[]): BzError {
  const meant = further.filter((name) => name.includes(key.replace(/s$/, "")));
  return new BzError("INVALID", `"${key}" cannot be changed under that name`, {
    hint:
      meant.length > 0 ? `use ${meant.join(", ")}` : "use the command for it; `bz batch --help` lists them",
    context: { key },
  });
}

function unknownKey(key: string, further: readonly string[]): BzError {
  const madeHere: readonly string[] = keyOrder;
  if (madeHere.includes(key)) {
    return new BzError("INVALID", `"${key}" is nothing that a new issue can be given`, {
      hint: "leave it out; `bz import` takes in issues with their times, comments and ids",
      context: { key },
    });
  }
  return unknownKeyOf(key, [...further, ...canonical.keys()], "");
}

function unknownKeyOf(key: string, valid: readonly string[], where: string): BzError {
  const nearest = nearestSpellings(key, valid);
  return new BzError("INVALID", `there is no key "${key}"${where === "" ? "" : ` ${where}`}`, {
    hint:
      nearest.length > 0
        ? `did you mean ${nearest.join(" or ")}?`
        : `use one of ${[...new Set(valid)].join(", ")}`,
    context: { key, nearest },
  });
}

function wrongType(key: string, wanted: string): BzError {
  return new BzError("INVALID", `"${key}" is not ${wanted}`, { context: { key } });
}
