import type { Draft } from "../model/draft";
import { BzError } from "../model/errors";
import { validateTitle } from "../model/field-input";
import { parseRecord } from "../model/issue-json";
import type { JsonObject } from "../model/json";
import { refuseRepeatedKeys } from "../model/repeated-keys";
import { parseStatus } from "../model/status";
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
  { nowMs, customStatuses }: DraftReading,
): Draft {
  const { title, status, depends_on, blocks, parent, estimated_minutes, metadata, ...fields } =
    readIssueRecord(record, text, nowMs);
  if (title === undefined)
    throw new BzError("INVALID", "the title is missing", { hint: 'add "title":"..."' });
  return {
    source,
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
    dependsOn: depends_on ?? [],
    blocks: blocks ?? [],
  };
}
