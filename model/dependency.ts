import { BzError } from "./errors";
import { nearestSpellings, spellingHint } from "./spelling";

/**
 * An edge as its dependent issue holds it: `issue_id` waits for, or is linked to, `depends_on_id`. `type` is lower case and
 * hyphenated, whatever the line says.
 */
export interface Dependency {
  readonly issue_id: string;
  readonly depends_on_id: string;
  readonly type: string;
  readonly created_at: string;
  readonly created_by?: string;
  /** Text, as the dialect has it; it often holds JSON. */
  readonly metadata?: string;
}

export const parentChild = "parent-child";

/** The types that keep an issue from being ready while the other end is open. */
export const blockingTypes: ReadonlySet<string> = new Set(["blocks", "conditional-blocks", "waits-for"]);

/** What users may write; lines may hold others, which are links. */
export const dependencyTypes: readonly string[] = [
  "blocks",
  "parent-child",
  "conditional-blocks",
  "waits-for",
  "related",
  "relates-to",
  "discovered-from",
  "replies-to",
  "duplicates",
  "supersedes",
  "caused-by",
  "tracks",
  "until",
  "validates",
];

/** The one spelling of a type: `Parent_Child` and `parent-child` are the same edge in two clones. */
export function normaliseDependencyType(text: string): string {
  if (dependencyTypes.includes(text)) return text;
  return text.trim().toLowerCase().replaceAll("_", "-");
}

/** @throws BzError INVALID naming the valid types. */
export function parseDependencyType(text: string): string {
  const type = normaliseDependencyType(text);
  if (dependencyTypes.includes(type)) return type;
  throw new BzError("INVALID", `"${text}" is not a dependency type`, {
    hint: spellingHint(type, dependencyTypes),
    context: { valid: [...dependencyTypes], nearest: nearestSpellings(type, dependencyTypes) },
  });
}

/** What an edge is to readiness: who has it waits for the other end, or is a part of it. A bit each. */
export type Link = typeof waitingLink | typeof partLink;
export const waitingLink = 1;
export const partLink = 2;
