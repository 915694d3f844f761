import { array, literal, strictObject, union } from "valibot";
import { failed, listOf } from "./envelope";
import { count, described, flag } from "./field";
import { changedIssue, unblocked } from "./issue";

export const epics = listOf(
  "epics",
  strictObject({
    epic: changedIssue,
    total_children: count,
    closed_children: count,
    eligible_for_close: described(flag, "All of them are closed, and the epic is not"),
  }),
  {},
);

/** Under --dry-run those that would be closed. */
export const closedEpics = union([
  listOf("issues", changedIssue, {
    unblocked: described(array(unblocked), "What became ready by it"),
    failed,
  }),
  listOf("issues", changedIssue, { dry_run: literal(true) }),
]);
