import { operatorsOf, queryFields } from "../../model/query-fields";
import { defineBz } from "../command";
import { answerQuery } from "../query-answer";
import { expressionArgument, querySelection } from "../query-arguments";

export const command = defineBz({
  meta: {
    name: "query where",
    description: `Lists the issues of which an expression holds; \`bz query EXPRESSION\` is the same. Fields: ${fieldNames()}, metadata.KEY. Operators: ${operatorNames()}; ~ is "contains", in any case. and, or, not and parentheses join comparisons. \`none\` is no value, \`me\` is you. Dates are days (2026-01-31, today), moments, or from now: -7d, +2w; a day is all of its hours. Only live issues are looked at, unless the expression is about status, closed or reason, or --all is given.`,
  },
  args: () => ({ expression: { ...expressionArgument, required: true }, ...querySelection }),
  answer: "issues",
  examples: [
    "bz query 'status=open and (priority<2 or label=urgent)'",
    "bz query 'assignee=me and updated < -7d' --sort updated",
    "bz query 'closed >= -1w and not label in (chore, docs)' --json",
    "bz query 'title ~ \"status page\" or parent = bd-x1y2'",
  ],
  run: (context, args) =>
    answerQuery(context, { expression: args.expression.join(" "), selections: [args], page: args }),
});

function fieldNames(): string {
  return queryFields.map(({ name }) => name).join(", ");
}

function operatorNames(): string {
  return [...new Set(queryFields.flatMap(operatorsOf))].join(" ");
}
