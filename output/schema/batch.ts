import { boolean, literal, optional, picklist, strictObject, union } from "valibot";
import { listOf } from "./envelope";
import { count, described, issueId, issueIds, text } from "./field";
import { error } from "./program";

const line = described(count, "Number of the line, from 1");

const doneEntries = {
  line,
  ok: literal(true),
  cmd: text,
  key: optional(described(text, "What later lines call the new issue, with a $ in front")),
  changed: described(boolean(), "False when all was so already"),
  comment_id: optional(text),
  depends_on_id: optional(issueId),
  status: optional(picklist(["added", "updated", "unchanged", "removed"])),
};

/** A line of `batch`, done or refused. */
const batchResult = union([
  strictObject({ ...doneEntries, id: issueId }),
  strictObject({ ...doneEntries, ids: issueIds }),
  strictObject({ line, ok: literal(false), cmd: optional(text), error }),
]);

export const batchResults = listOf("results", batchResult, {
  dry_run: optional(literal(true)),
  succeeded: count,
  failed: count,
});
