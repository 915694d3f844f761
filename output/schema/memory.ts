import { optional, strictObject } from "valibot";
import { listOf } from "./envelope";
import { text, time } from "./field";

/** What is remembered; `remember`, `recall` and `forget` answer the one that they are about. */
export const memories = listOf(
  "memories",
  strictObject({ key: text, value: text, updated_at: time, updated_by: optional(text) }),
  {},
);
