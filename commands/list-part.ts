import { onDemand } from "../model/on-demand";
import { pageOf } from "../model/query";
import type { Arguments, Values } from "./command";
import type { Context } from "./context";
import { parseWholeNumber } from "./issue-arguments";

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

export interface ListPart<T> {
  readonly shown: readonly T[];
  /** How every document of a list ends. */
  readonly page: { readonly total: number; readonly returned: number; readonly truncated: boolean };
  /** Beside text. */
  readonly notes: readonly string[];
}

/** `whenEmpty` is said when there is nothing at all. */
export function partOf<T>(items: readonly T[], part: Part, whenEmpty: string): ListPart<T> {
  const shown = pageOf(items, part);
  const { page, notes } = pageAround(shown.length, items.length, part, whenEmpty);
  return { shown, page, notes };
}

/** The same where the part was taken already. */
export function pageAround(
  returned: number,
  total: number,
  { offset }: Pick<Part, "offset">,
  whenEmpty: string,
): Omit<ListPart<never>, "shown"> {
  const left = Math.max(0, total - offset - returned);
  const page = { total, returned, truncated: left > 0 };
  if (total === 0) return { page, notes: [whenEmpty] };
  if (offset >= total) return { page, notes: [`--offset ${offset} is behind the end: there are ${total}`] };
  return { page, notes: left === 0 ? [] : [`${left} more; -n 0 shows all`] };
}
