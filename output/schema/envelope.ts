import {
  array,
  boolean,
  description,
  type GenericSchema,
  nullable,
  type ObjectEntries,
  optional,
  pipe,
  strictObject,
  string,
} from "valibot";
import { count } from "./field";

export const page = {
  total: pipe(count, description("How many there are on all pages")),
  returned: pipe(count, description("How many of them are in this answer")),
  truncated: pipe(boolean(), description("Whether more follow behind these")),
};

/** What every command answers that can return several of something; `more`: further keys. */
export function listOf<const S extends GenericSchema, const M extends ObjectEntries>(
  noun: string,
  row: S,
  more: M,
) {
  return strictObject({ [noun]: array(row), ...page, ...more });
}

const failure = { code: string(), message: string() };

/** What of a request on several could not be done; absent when all of it could. */
export const failed = optional(
  array(strictObject({ id: pipe(nullable(string()), description("As it was asked for")), ...failure })),
);

export const failedSettings = optional(array(strictObject({ key: nullable(string()), ...failure })));
