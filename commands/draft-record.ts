import { type NewIssue, writeNewIssue } from "../model/create-issue";
import type { Draft, DraftSource } from "../model/draft";
import { BzError } from "../model/errors";
import { validateTitle } from "../model/field-input";
import { parseRecord } from "../model/issue-json";
import type { JsonObject } from "../model/json";
import { kept } from "../model/kept-text";
import { refuseRepeatedKeys } from "../model/repeated-keys";
import { parseStatus } from "../model/status";
import type { NamedEdge } from "./issue-arguments";
import { membersOf, readIssueRecord, readWord } from "./issue-record";

export interface DraftReading {
  readonly nowMs: number;
  readonly customStatuses: () => readonly string[];
}

/** @throws BzError INVALID */
export function draftOfText(text: string, source: DraftSource, reading: DraftReading): Draft {
  const record = parseRecord(text);
  const members = membersOf(record, ["key", "id"]);
  if (mayRepeatKeys(record, text)) refuseRepeatedKeys(text);
  return draftOfRecord(members, text, source, reading);
}

/** Every member has a colon: where there are no more of them than keys, each key is there once. */
function mayRepeatKeys(record: JsonObject, text: string): boolean {
  let colons = 0;
  for (let at = text.indexOf(":"); at !== -1; at = text.indexOf(":", at + 1)) colons += 1;
  return colons !== Object.keys(record).length;
}

/** A draft of a record that was read from JSON, or put together from something else. */
export function draftOfRecord(
  record: JsonObject,
  text: string,
  source: DraftSource,
  reading: DraftReading,
): Draft {
  const { key, id, fields, parent, dependsOn, blocks } = readDraftRecord(record, text, reading);
  return { source, key, id, issue: kept(writeNewIssue(fields)), parent, dependsOn, blocks };
}

/** What such a record says, not yet written. */
export function readDraftRecord(
  record: JsonObject,
  text: string,
  { nowMs, customStatuses }: DraftReading,
): Omit<Draft, "source" | "issue"> & { readonly fields: AllFields } {
  const said = readIssueRecord(record, text, nowMs);
  const { title, status, depends_on, blocks, parent } = said;
  if (title === undefined)
    throw new BzError("INVALID", "the title is missing", { hint: 'add "title":"..."' });
  return {
    key: readWord(record.key, "key", undefined),
    id: readWord(record.id, "id", undefined),
    fields: {
      // One by one: to copy all but a few takes several times as long, and a plan has a hundred thousand.
      title: validateTitle(title),
      description: said.description,
      design: said.design,
      acceptance_criteria: said.acceptance_criteria,
      notes: said.notes,
      status: status === undefined ? undefined : parseStatus(status, customStatuses),
      priority: said.priority,
      issue_type: said.issue_type,
      assignee: said.assignee,
      owner: said.owner,
      estimated_minutes: said.estimated_minutes ?? undefined,
      due_at: said.due_at,
      defer_until: said.defer_until,
      external_ref: said.external_ref,
      pinned: said.pinned,
      ephemeral: said.ephemeral,
      metadata: said.metadata === "" ? undefined : said.metadata,
      labels: said.labels,
    },
    parent,
    dependsOn: depends_on ?? noEdges,
    blocks: blocks ?? noEdges,
  };
}

/** Every one is named, so that none is forgotten. */
type AllFields = { readonly [Key in keyof Required<Omit<NewIssue, "parent" | "edges">>]: NewIssue[Key] };

const noEdges: readonly NamedEdge[] = [];
