import { BzError } from "./errors";
import type { IssueFacts } from "./issue-facts";
import { nearestSpellings, spellingHint } from "./spelling";
import { timeOrDayMs } from "./time";

/** What users may write. Lines may hold others, which are kept and count as neither closed nor ready. */
export const statuses: readonly string[] = [
  "open",
  "in_progress",
  "blocked",
  "deferred",
  "closed",
  "tombstone",
  "pinned",
  "hooked",
  "draft",
  "review",
];

/** The spelling of the dialect for a known status (`In-Progress`), any other text as it is. */
export function normaliseStatus(text: string): string {
  if (statuses.includes(text)) return text;
  const plain = plainSpelling(text);
  return statuses.includes(plain) ? plain : text;
}

/**
 * @param custom further statuses that the workspace declares; asked only for what is none of our own
 * @throws BzError INVALID naming the valid ones, and whatever `custom` throws
 */
export function parseStatus(text: string, custom: () => readonly string[] = () => []): string {
  const status = normaliseStatus(text);
  if (statuses.includes(status)) return status;
  const declared = custom();
  const found = declared.find((name) => plainSpelling(name) === plainSpelling(text));
  if (found !== undefined) return found;
  const valid = [...new Set([...statuses, ...declared])];
  const plain = plainSpelling(text);
  throw new BzError("INVALID", `"${text}" is not a status`, {
    hint: `${spellingHint(plain, valid)} (\`bz config set status.custom\` declares others)`,
    context: { valid, nearest: nearestSpellings(plain, valid) },
  });
}

function plainSpelling(text: string): string {
  return text.trim().toLowerCase().replaceAll("-", "_");
}

/** Neither closed nor deleted. */
export function isLive(status: string): boolean {
  return status !== "closed" && status !== "tombstone";
}

/** The status to show and to filter by: a deferred issue is open again once its time has come, if that can be read. */
export function shownStatus(issue: Deferrable, nowMs: number | undefined): string {
  if (issue.status !== "deferred" || nowMs === undefined || issue.defer_until === undefined)
    return issue.status;
  return endsAfter(issue, nowMs) === false ? "open" : issue.status;
}

/** What tells whether an issue is put off. */
type Deferrable = Pick<IssueFacts, "status" | "defer_until" | "knownMs">;

/**
 * Whether a live issue is put off: by its status, or by a time to come beside another one, which is how other tools write it.
 * Work that has begun is not.
 */
export function isDeferred(issue: IssueFacts, nowMs: number): boolean {
  const status = shownStatus(issue, nowMs);
  if (status === "deferred") return true;
  return isLive(status) && status !== "in_progress" && endsAfter(issue, nowMs) === true;
}

/**
 * Whether the time until which it is put off is still to come; undefined when nobody can say. Other tools write plain days, too,
 * and years far away for "never", which stays a time to come although it is too late for a stamp.
 */
function endsAfter(issue: Deferrable, nowMs: number): boolean | undefined {
  // As `timeMsOf`, which no start needs.
  const known = issue.knownMs?.("defer_until");
  const text = known === undefined ? issue.defer_until : undefined;
  const endMs = text === undefined ? known?.timeOrDayMs : timeOrDayMs(text);
  return endMs === undefined ? undefined : endMs > nowMs;
}
