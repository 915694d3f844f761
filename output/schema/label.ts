import { picklist, strictObject } from "valibot";
import { failed, listOf } from "./envelope";
import { count, issueId, issueIds, text } from "./field";

export const labels = listOf("labels", text, {});
export const labelCounts = listOf("labels", strictObject({ label: text, count }), {});

export const labelChanges = listOf(
  "labels",
  strictObject({ status: picklist(["added", "removed", "unchanged"]), issue_id: issueId, label: text }),
  { failed },
);

export const renamedLabel = strictObject({
  old_name: text,
  new_name: text,
  affected_issues: count,
  ids: issueIds,
});
