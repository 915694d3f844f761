import { type Condition, filterConditions, type IssueFilter, statusCondition } from "../model/issue-filter";
import { resolveId } from "../model/issue-id";
import { selectIssues } from "../model/query";
import { comparisonsOf, compileQuery } from "../model/query-condition";
import { findQueryField } from "../model/query-fields";
import { parseQueryExpression, type QueryExpression } from "../model/query-language";
import type { Result } from "../output/result";
import type { View } from "../storage/store";
import type { Context } from "./context";
import { readFilters, statusReader, typeReader } from "./filter-arguments";
import { type PageQuery, pageOfIssues, readPage } from "./issue-page";
import type { QuerySelection } from "./query-arguments";

/** What an issue has to be: several selections, and an expression. */
export interface QueryRequest {
  readonly expression?: string | undefined;
  /** Each narrows down what those before it let through. The first that names a status decides about it for all. */
  readonly selections: readonly QuerySelection[];
  /** How it is listed. */
  readonly page: QuerySelection;
}

/**
 * Lists what the request lets through, as `list` does: live issues, unless something in it is about a status or a closing.
 * @throws BzError USAGE pointing into the expression, and what the filters throw
 */
export async function answerQuery(context: Context, request: QueryRequest): Promise<Result> {
  const query = readListing(context, request.page);
  const select = await readQuery(context, request);
  return context.read((view) =>
    pageOfIssues({
      view,
      query,
      page: selectIssues(view.state, { ...select(view), ...query }),
      whenEmpty: "no issues",
    }),
  );
}

/** @throws BzError USAGE */
export function readListing(context: Context, selection: QuerySelection): PageQuery {
  return readPage(context, { ...nothingChosen, ...selection });
}

type Selecting = IssueFilter & { readonly accepts: Condition };

/** Reads a request, so that one which makes no sense is refused before it is saved, too. */
export async function readQuery(
  context: Context,
  { expression: source, selections }: QueryRequest,
): Promise<(view: View) => Selecting> {
  const expression = source === undefined ? undefined : parseQueryExpression(source);
  const filters = await Promise.all(selections.map((selection) => readFilters(context, selection)));
  const actor = context.actor();
  const { nowMs } = context;
  return (view) => {
    const read = filters.map((filter) => filter(view));
    const [first = {}, ...others] = read;
    const conditions = others.flatMap((filter) => [
      ...(filter.status === undefined ? [] : [statusCondition(filter, nowMs)]),
      ...filterConditions(view.state, filter, nowMs),
    ]);
    if (expression !== undefined && source !== undefined) {
      const readId = (text: string) => resolveId(view.state, text, view.prefix);
      const readStatus = statusReader(context, view.state);
      const world = { nowMs, actor, readId, readStatus, readType: typeReader(view.state) };
      conditions.push(compileQuery(source, expression, world));
    }
    const isAll =
      selections.some(({ all }) => all === true) ||
      read.some(({ times }) => times?.closed !== undefined) ||
      (expression !== undefined && asksForClosed(expression));
    return {
      ...first,
      status: first.status ?? others.find(({ status }) => status !== undefined)?.status,
      all: isAll,
      withDeleted: expression !== undefined && asksForDeleted(expression),
      accepts: (issue) => conditions.every((holds) => holds(issue)),
    };
  };
}

/** Whoever says something of the status, or of how an issue was closed, has thought of the closed ones. */
function asksForClosed(expression: QueryExpression): boolean {
  return comparisonsOf(expression).some(({ field }) =>
    ["status", "closed", "reason"].includes(findQueryField(field.text)?.name ?? ""),
  );
}

function asksForDeleted(expression: QueryExpression): boolean {
  return comparisonsOf(expression).some(
    ({ field, values }) =>
      findQueryField(field.text)?.name === "status" &&
      values.some(({ text }) => text.toLowerCase() === "tombstone"),
  );
}

const nothingChosen = {
  sort: undefined,
  reverse: undefined,
  limit: undefined,
  offset: undefined,
  fields: undefined,
} as const;
