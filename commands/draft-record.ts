import { type NewIssue, writeNewIssue } from "../model/create-issue";
import type { Draft } from "../model/draft";
import { BzError } from "../model/errors";
import { validateTitle } from "../model/field-input";
import { parseRecord } from "../model/issue-json";
import type { JsonObject } from "../model/json";
import { refuseRepeatedKeys } from "../model/repeated-keys";
import { parseStatus } from "../model/status";
import type { NamedEdge } from "./issue-arguments";
import { membersOf, readIssueRecord, readWord } from "./issue-record";

export interface DraftReading {
  readonly nowMs: number;
  readonly customStatuses: () => readonly string[];
}

/** @throws BzError INVALID */
export function draftOfText(text: string, source: string, reading: DraftReading): Draft {
  const record = parseRecord(text);
  const members = membersOf(record, ["key", "id"]);
  // What comes back as it was has every key once.
  if (JSON.stringify(record) !== text) refuseRepeatedKeys(text);
  return draftOfRecord(members, text, source, reading);
}

/** A draft of a record that was read from JSON, or put together from something else. */
export function draftOfRecord(
  record: JsonObject,
  text: string,
  source: string,
  reading: DraftReading,
): Draft {
  const { fields, ...draft } = readDraftRecord(record, text, reading);
  return { source, ...draft, issue: writeNewIssue(fields) };
}

/** What such a record says, not yet written. */
export function readDraftRecord(
  record: JsonObject,
  text: string,
  { nowMs, customStatuses }: DraftReading,
): Omit<Draft, "source" | "issue"> & { readonly fields: Omit<NewIssue, "parent" | "edges"> } {
  const { title, status, depends_on, blocks, parent, estimated_minutes, metadata, ...fields } =
    readIssueRecord(record, text, nowMs);
  if (title === undefined)
    throw new BzError("INVALID", "the title is missing", { hint: 'add "title":"..."' });
  return {
    key: readWord(record.key, "key", undefined),
    id: readWord(record.id, "id", undefined),
    fields: {
      ...fields,
      title: validateTitle(title),
      status: status === undefined ? undefined : parseStatus(status, customStatuses),
      estimated_minutes: estimated_minutes ?? undefined,
      metadata: metadata === "" ? undefined : metadata,
    },
    parent,
    dependsOn: depends_on ?? noEdges,
    blocks: blocks ?? noEdges,
  };
}

const noEdges: readonly NamedEdge[] = [];
