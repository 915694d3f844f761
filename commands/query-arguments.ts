import type { Arguments, Values } from "./command";
import { filterArguments } from "./filter-arguments";
import { pageArguments } from "./issue-page";

/** What stands beside an expression, and beside the name of a saved one. */
export const querySelection = {
  all: { type: "boolean", alias: "A", description: "Closed ones, too" },
  ...filterArguments(),
  ...pageArguments(),
} as const satisfies Arguments;

export type QuerySelection = Partial<Values<typeof querySelection>>;

/** Several words are one expression, so that only what the shell would take apart needs quotes. */
export const expressionArgument = {
  type: "positional",
  repeat: true,
  text: true,
  description: "As in 'status=open and (priority<2 or label=x)'; `-` reads it from stdin",
} as const;
