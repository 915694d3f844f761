import { array, optional, record, strictObject, unknown } from "valibot";
import { listOf } from "./envelope";
import { described, issueId, sequence, text, time } from "./field";

/** What one transaction did to one issue. */
export const event = strictObject({
  sequence,
  entry: described(text, "What `audit label` calls it: 41.1"),
  time,
  actor: text,
  session: optional(text),
  command: described(text, "The command that did it"),
  id: issueId,
  action: described(text, "created, updated, closed, reopened, claimed, commented, taken in ..."),
  undoes: optional(described(array(sequence), "The transactions that this one took back")),
  changes: described(record(text, unknown()), "Field by field what was set; null: removed"),
});

export const events = listOf("events", event, {});
