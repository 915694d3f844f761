import { BzError } from "./errors";
import { nearestSpellings, spellingHint } from "./spelling";

/** What users may write. Lines may hold others, which are kept. */
export const issueTypes: readonly string[] = [
  "task",
  "bug",
  "feature",
  "epic",
  "chore",
  "docs",
  "question",
  "decision",
  "story",
  "spike",
  "milestone",
  "message",
  "molecule",
  "gate",
  "event",
];

export const defaultIssueType = "task";

/**
 * @param custom further types that the workspace declares
 * @throws BzError INVALID naming the valid ones
 */
export function parseIssueType(text: string, custom: readonly string[] = []): string {
  const plain = text.trim().toLowerCase();
  const type = aliases.get(plain) ?? plain;
  if (issueTypes.includes(type)) return type;
  if (custom.includes(text)) return text;
  const valid = [...new Set([...issueTypes, ...custom])];
  throw new BzError("INVALID", `"${text}" is not an issue type`, {
    hint: spellingHint(plain, valid),
    context: { valid, nearest: nearestSpellings(plain, valid) },
  });
}

const aliases: ReadonlyMap<string, string> = new Map([
  ["feat", "feature"],
  ["enhancement", "feature"],
  ["doc", "docs"],
]);
