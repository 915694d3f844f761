import { literal, optional, strictObject } from "valibot";
import { listOf } from "./envelope";
import { described, issueId, text, time } from "./field";

const entries = {
  id: described(text, "As --json and issues.jsonl spell it; unique together with created_at"),
  issue_id: issueId,
  author: text,
  text,
  created_at: time,
  edited_at: optional(time),
};

export const comment = strictObject(entries);

export const comments = listOf("comments", comment, {});

/** What the comment said that is gone now. */
export const deletedComment = strictObject({ ...entries, deleted: literal(true) });
