import {
  array,
  boolean,
  description,
  type GenericSchema,
  integer,
  minValue,
  number,
  pipe,
  string,
} from "valibot";

/** The fields that many answers share. Objects are strict everywhere: a key that no schema names is a defect. */
export const text = string();
export const texts = array(text);
export const flag = boolean();
export const count = pipe(number(), integer(), minValue(0));
export const issueId = pipe(string(), description("Id of an issue"));
export const issueIds = array(issueId);
export const time = pipe(
  string(),
  description("RFC 3339 in UTC; what came from another tool stands as it came"),
);
export const priority = pipe(number(), integer(), description("0 is the most urgent, 4 the least"));
export const status = pipe(
  string(),
  description(
    "open, in_progress, blocked, deferred, closed, pinned, tombstone (deleted), or one of the project's own",
  ),
);
export const issueType = pipe(string(), description("task, bug, feature, epic, chore, docs, question ..."));
export const dependencyType = pipe(
  string(),
  description("blocks, conditional-blocks and waits-for hold up; parent-child contains; others are links"),
);
export const sequence = pipe(count, description("Number of a transaction"));

export function described<const S extends GenericSchema>(schema: S, words: string) {
  return pipe(schema, description(words));
}
