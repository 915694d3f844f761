import { optional, strictObject } from "valibot";
import { listOf } from "./envelope";
import { described, text, texts, time } from "./field";

/** Saved queries; `query save` and `query delete` answer the one that they are about. */
export const queries = listOf(
  "queries",
  strictObject({
    name: text,
    description: optional(text),
    expression: optional(text),
    flags: described(texts, "The filters, as flags"),
    updated_at: time,
    updated_by: optional(text),
  }),
  {},
);
