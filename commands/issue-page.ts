import { BzError } from "../model/errors";
import { parseFieldNames } from "../model/field-name";
import type { ListedFacts } from "../model/issue-facts";
import type { JsonObject } from "../model/json";
import { onDemand } from "../model/on-demand";
import { type IssueQuery, type Page, sortKeys } from "../model/query";
import { countEdgesOf, issueRow } from "../model/row";
import { formatFields } from "../output/field-list";
import { type ExtraColumn, formatIssueList } from "../output/issue-list";
import type { Result, ShownFields } from "../output/result";
import type { Screen } from "../output/style";
import type { View } from "../storage/store";
import type { Arguments, Values } from "./command";
import type { Context } from "./context";
import { type Part, partArguments, readPart } from "./list-part";
import { pageAround } from "./page-around";

/** In which order issues are listed, and which of them. */
export const pageArguments = onDemand(
  () =>
    ({
      sort: { type: "enum", options: [...sortKeys], description: "By this instead of the usual order" },
      reverse: { type: "boolean", description: "The other way round" },
      ...partArguments(),
      fields: {
        type: "string",
        repeat: true,
        valueHint: "NAMES",
        description: "Show these keys of the JSON rows and no others: id,title,labels",
      },
    }) as const satisfies Arguments,
);

export type PageValues = Values<ReturnType<typeof pageArguments>>;

export interface PageQuery extends Part, Pick<IssueQuery, "sort" | "reverse" | "nowMs"> {
  readonly fields: ShownFields;
}

/**
 * Text shows the first 50 unless more are asked for, a program gets all.
 * @param added what the rows have beside the usual keys, and is worth a column
 * @param deep what they have besides that
 * @throws BzError USAGE
 */
export function readPage(
  context: Context,
  args: PageValues,
  added: readonly string[] = [],
  deep: readonly string[] = [],
): PageQuery {
  if (args.fields !== undefined && context.isForIds) {
    throw new BzError("USAGE", "--fields and -q contradict each other", {
      hint: "-q prints ids and nothing else; leave one of the two out",
    });
  }
  return {
    fields: { chosen: args.fields && parseFieldNames(args.fields, [...added, ...deep]), added },
    sort: args.sort,
    reverse: args.reverse,
    ...readPart(context, args),
    nowMs: context.nowMs,
  };
}

/** What is listed of a page; rows are made of the issues themselves. */
export interface ShownPage extends Pick<Page, "total"> {
  readonly issues: readonly ListedFacts[];
}

export interface IssuePage {
  readonly view: View;
  readonly page: ShownPage;
  readonly query: PageQuery;
  /** Said when there is nothing to list. */
  readonly whenEmpty: string;
  /** What the rows have beside the usual keys. */
  facts?(id: string): JsonObject;
  /** Further keys of the document. */
  more?(): JsonObject;
  /** How text shows the issues, where it is no list. */
  draw?(screen: Screen): string;
  /** What text says beside the usual. */
  readonly column?: ExtraColumn;
  readonly warnings?: readonly string[];
}

/** The answer of a command that lists issues: the usual envelope of full rows. */
export function pageOfIssues({
  view,
  page: { issues, total },
  query,
  whenEmpty,
  facts,
  more,
  draw,
  column,
  warnings,
}: IssuePage): Result {
  const { page, notes } = pageAround(issues.length, total, query, whenEmpty);
  const { chosen } = query.fields;
  const rows = () => rowsOf(view, issues, query, facts);
  return {
    data: () => ({
      issues: rows(),
      ...page,
      ...more?.(),
    }),
    text: (screen) =>
      chosen === undefined
        ? (draw?.(screen) ?? formatIssueList(issues, query.nowMs, screen, column))
        : formatFields(chosen, rows(), screen),
    fields: query.fields,
    ids: issues.map((issue) => issue.id),
    notes,
    ...(warnings === undefined ? {} : { warnings }),
  };
}

function rowsOf(
  { state }: View,
  issues: readonly ListedFacts[],
  { nowMs, fields: { chosen } }: PageQuery,
  facts: IssuePage["facts"],
): JsonObject[] {
  const counts = countEdgesOf(
    state,
    issues.map(({ id }) => id),
  );
  return issues.flatMap(({ id }) => {
    const row = issueRow(state, id, counts, { nowMs });
    if (row === undefined) return [];
    const full = { ...row, ...facts?.(id) };
    return [chosen === undefined ? full : chosenKeys(full, chosen)];
  });
}

function chosenKeys(row: JsonObject, keys: readonly string[]): JsonObject {
  const chosen: JsonObject = {};
  for (const key of keys) {
    const value = row[key];
    if (value !== undefined) chosen[key] = value;
  }
  return chosen;
}
