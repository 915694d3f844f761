import { parseEstimate } from "./date-input";
import type { FactTime, IssueFacts } from "./issue-facts";
import { isOverdue, isPinned, metadataAt } from "./issue-filter";
import { parsePriority } from "./priority";
import type { QueryOperator } from "./query-language";
import { isDeferred, shownStatus } from "./status";

/** How the values of a field of texts are read: as they are, or as what they name. */
export type QueryValueKind = "text" | "person" | "status" | "type" | "id";

/** Something that `bz query` can ask of an issue. */
export type QueryField = { readonly name: string; readonly aliases?: readonly string[] } & (
  | {
      readonly kind: "text";
      readonly values: QueryValueKind;
      /** Of several one has to fit; without any the field is `none`. */
      texts(issue: IssueFacts, nowMs: number): readonly (string | undefined)[];
    }
  | { readonly kind: "number"; number(issue: IssueFacts): number | undefined; parse(text: string): number }
  | { readonly kind: "time"; readonly time: FactTime | "started_at" }
  | { readonly kind: "flag"; holds(issue: IssueFacts, nowMs: number): boolean }
);

/** Every field, but the metadata, of which each key is one. */
export const queryFields: readonly QueryField[] = [
  { name: "id", kind: "text", values: "id", texts: ({ id }) => [id] },
  { name: "title", kind: "text", values: "text", texts: ({ title }) => [title] },
  {
    name: "description",
    aliases: ["desc", "body"],
    kind: "text",
    values: "text",
    texts: (issue) => [issue.description],
  },
  { name: "design", kind: "text", values: "text", texts: ({ design }) => [design] },
  {
    name: "acceptance",
    aliases: ["acceptance_criteria"],
    kind: "text",
    values: "text",
    texts: (issue) => [issue.acceptance_criteria],
  },
  { name: "notes", aliases: ["note"], kind: "text", values: "text", texts: ({ notes }) => [notes] },
  {
    name: "reason",
    aliases: ["close_reason"],
    kind: "text",
    values: "text",
    texts: (issue) => [issue.close_reason],
  },
  {
    name: "comment",
    aliases: ["comments"],
    kind: "text",
    values: "text",
    texts: ({ comments }) => comments.map(({ text }) => text),
  },
  { name: "text", kind: "text", values: "text", texts: allTexts },
  {
    name: "status",
    aliases: ["state"],
    kind: "text",
    values: "status",
    texts: (issue, nowMs) => [shownStatus(issue, nowMs)],
  },
  {
    name: "type",
    aliases: ["issue_type"],
    kind: "text",
    values: "type",
    texts: (issue) => [issue.issue_type],
  },
  { name: "assignee", kind: "text", values: "person", texts: ({ assignee }) => [assignee] },
  { name: "owner", kind: "text", values: "person", texts: ({ owner }) => [owner] },
  {
    name: "creator",
    aliases: ["created_by", "author"],
    kind: "text",
    values: "person",
    texts: (issue) => [issue.created_by],
  },
  {
    name: "session",
    aliases: ["claim_session"],
    kind: "text",
    values: "text",
    texts: (issue) => [issue.claim_session],
  },
  { name: "label", aliases: ["labels"], kind: "text", values: "text", texts: ({ labels }) => labels },
  { name: "parent", kind: "text", values: "id", texts: ({ parent }) => [parent] },
  {
    name: "external_ref",
    aliases: ["external", "ref"],
    kind: "text",
    values: "text",
    texts: (issue) => [issue.external_ref],
  },
  { name: "priority", kind: "number", number: ({ priority }) => priority, parse: parsePriority },
  {
    name: "estimate",
    aliases: ["estimated_minutes"],
    kind: "number",
    number: (issue) => issue.estimated_minutes,
    parse: parseEstimate,
  },
  { name: "created", aliases: ["created_at"], kind: "time", time: "created_at" },
  { name: "updated", aliases: ["updated_at"], kind: "time", time: "updated_at" },
  { name: "started", aliases: ["started_at"], kind: "time", time: "started_at" },
  { name: "closed", aliases: ["closed_at"], kind: "time", time: "closed_at" },
  { name: "due", aliases: ["due_at"], kind: "time", time: "due_at" },
  { name: "defer", aliases: ["defer_until"], kind: "time", time: "defer_until" },
  { name: "overdue", kind: "flag", holds: isOverdue },
  { name: "deferred", kind: "flag", holds: isDeferred },
  { name: "pinned", kind: "flag", holds: isPinned },
  { name: "ephemeral", kind: "flag", holds: (issue) => issue.ephemeral === true },
];

/** Undefined for an unknown one. Hyphens and capitals make no difference, but in the keys of `metadata.KEY`. */
export function findQueryField(text: string): QueryField | undefined {
  const key = /^metadata\.(.+)$/i.exec(text)?.[1];
  if (key !== undefined)
    return { name: text, kind: "text", values: "text", texts: (issue) => [metadataText(issue, key)] };
  const name = text.toLowerCase().replaceAll("-", "_");
  return byName.get(name);
}

/** All names, to search for a misspelt one. */
export function queryFieldNames(): string[] {
  return [...byName.keys(), "metadata.KEY"];
}

export function operatorsOf(field: QueryField): readonly QueryOperator[] {
  if (field.kind === "flag") return ["=", "!="];
  if (field.kind === "time") return ["=", "!=", "<", "<=", ">", ">="];
  if (field.kind === "number") return ["=", "!=", "<", "<=", ">", ">=", "in", "not in"];
  return field.values === "status" || field.values === "type"
    ? ["=", "!=", "in", "not in"]
    : ["=", "!=", "~", "!~", "in", "not in"];
}

const byName: ReadonlyMap<string, QueryField> = new Map(
  queryFields.flatMap((field) =>
    [field.name, ...(field.aliases ?? [])].map((name) => [name, field] as const),
  ),
);

function allTexts(issue: IssueFacts): readonly (string | undefined)[] {
  const { title, description, design, acceptance_criteria, notes, close_reason, comments } = issue;
  const said = comments.map(({ text }) => text);
  return [title, description, design, acceptance_criteria, notes, close_reason, ...said];
}

function metadataText({ metadata }: IssueFacts, key: string): string | undefined {
  const value = metadataAt(metadata, key);
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
