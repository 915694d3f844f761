import { EditedLine } from "./edited-line";
import { claimKeys, type Issue, workKeys } from "./issue";
import { parseRecord, readTime, viewIssue } from "./issue-json";
import type { ChangeIssue } from "./operation";
import { formatTime, instantMs } from "./time";

/**
 * What `changeLineInTurn` makes of the line, parsed. The line is never made, nor its stamps: most of what changed is only asked what it says.
 * @throws BzError INVALID when the line cannot be read
 */
export function changedIssue(line: string, changes: readonly ChangeIssue[]): Issue {
  const edited = new EditedLine(line, parseRecord(line));
  for (const change of changes) applyChange(edited, change);
  return viewIssue(edited.finished());
}

/** Makes the change in what the line says, and in its text where that is made. */
export function applyChange(edited: EditedLine, change: ChangeIssue): void {
  completeRequired(edited);
  for (const [key, value] of Object.entries(change.set ?? {})) edited.assign(key, value);
  const { work, claim, parent, labels, edges, comments } = change;
  if (work !== undefined) for (const key of workKeys) edited.assign(key, work[key]);
  if (claim !== undefined) for (const key of claimKeys) edited.assign(key, claim[key]);
  if ((labels ?? edges ?? comments ?? parent) !== undefined) {
    listChanges ??= require("./list-changes") as typeof import("./list-changes");
    listChanges.changeLists(edited, change);
  }
  if (instantMs(readTime(edited.record.updated_at, "updated_at")) < change.at) {
    edited.replace("updated_at", JSON.stringify(formatTime(change.at)));
  }
}

let listChanges: typeof import("./list-changes") | undefined;

/** A line we write always has these, and a time that was derived must not move when the one it came from does. */
function completeRequired(edited: EditedLine): void {
  let issue: Issue | undefined;
  for (const key of requiredKeys) {
    if (edited.has(key)) continue;
    // As it was before any of them was set.
    issue ??= viewIssue(edited.record);
    edited.replace(key, JSON.stringify(issue[key]));
  }
}

const requiredKeys = ["id", "title", "status", "priority", "issue_type", "created_at", "updated_at"] as const;
