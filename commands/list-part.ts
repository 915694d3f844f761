import { onDemand } from "../model/on-demand";
import { pageOf } from "../model/query";
import type { Arguments, Values } from "./command";
import type { Context } from "./context";
import { parseWholeNumber } from "./issue-arguments";
import { type PageAround, pageAround } from "./page-around";

/** Which part of a list is wanted: the same flags for every list. */
export const partArguments = onDemand(
  () =>
    ({
      limit: { type: "string", alias: "n", valueHint: "N", description: "At most N; 0: all" },
      offset: { type: "string", valueHint: "N", description: "Leave out the first N" },
    }) as const satisfies Arguments,
);

export type PartValues = Values<ReturnType<typeof partArguments>>;

export interface Part {
  /** 0: no limit. */
  readonly limit: number;
  readonly offset: number;
}

/**
 * Text shows the first ones unless more are asked for, a program gets all.
 * @throws BzError USAGE
 */
export function readPart(context: Context, { limit, offset }: Partial<PartValues>, usual = 50): Part {
  return {
    limit: limit === undefined ? (context.isForReading ? usual : 0) : parseWholeNumber("--limit", limit),
    offset: offset === undefined ? 0 : parseWholeNumber("--offset", offset),
  };
}

export interface ListPart<T> extends PageAround {
  readonly shown: readonly T[];
}

/** `whenEmpty` is said when there is nothing at all. */
export function partOf<T>(items: readonly T[], part: Part, whenEmpty: string): ListPart<T> {
  const shown = pageOf(items, part);
  const { page, notes } = pageAround(shown.length, items.length, part, whenEmpty);
  return { shown, page, notes };
}
