import { array, optional, record, strictObject, unknown } from "valibot";
import { listOf } from "./envelope";
import { count, described, issueId, sequence, text, time } from "./field";

const details = described(record(text, unknown()), "What was set, or what the entry says");
const entryId = described(text, "Number of the transaction, and which of its operations: 41.1");

/** The newest first. */
export const auditEvents = listOf(
  "events",
  strictObject({
    id: entryId,
    sequence,
    time,
    actor: text,
    session: optional(text),
    command: text,
    action: described(text, "created, closed, remembered, labelled ...; of an entry its kind"),
    issue_id: optional(issueId),
    undoes: optional(array(sequence)),
    details,
    labels: optional(
      described(
        array(strictObject({ label: text, reason: optional(text), actor: text, time })),
        "Given to it later",
      ),
    ),
  }),
  {},
);

export const auditEntry = strictObject({ id: entryId, kind: text, issue_id: optional(issueId), details });

export const auditLabel = strictObject({
  id: entryId,
  entry: described(text, "The id of what was labelled"),
  label: text,
  reason: optional(text),
});

export const auditSummary = strictObject({
  period_days: count,
  totals: strictObject({
    total: count,
    created: count,
    updated: count,
    closed: count,
    comments: count,
    llm_calls: count,
    tool_calls: count,
    other: count,
  }),
  actors: described(array(strictObject({ actor: text, total: count })), "The busiest first"),
});
