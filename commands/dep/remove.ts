import { editIssue } from "../../model/change";
import { normaliseDependencyType, parentChild } from "../../model/dependency";
import { BzError } from "../../model/errors";
import type { Issue } from "../../model/issue";
import { resolveId } from "../../model/issue-id";
import { escapeText } from "../../output/escape";
import type { Decision, TransactionInfo, View } from "../../storage/store";
import { defineBz } from "../command";
import { currentOf } from "../issue-batch";

export const command = defineBz({
  meta: {
    name: "dep remove",
    description:
      "Takes a dependency away, whatever its type is; with -t only that type. One that is not there is an error, since it may be a mistaken id that still holds something up.",
  },
  args: {
    issue: { type: "positional", required: true, description: "The issue that depends" },
    on: { type: "positional", required: true, description: "The issue that it depends on" },
    type: { type: "string", alias: "t", description: "Only edges of this type" },
  },
  answer: "removed-dependency",
  examples: ["bz dep remove bd-x1y2 bd-a3b4", "bz dep rm bd-x1y2 bd-a3b4 -t related"],
  async run(context, args) {
    const type = args.type === undefined ? undefined : normaliseDependencyType(args.type);
    const { result } = await context.write((current, info) =>
      decide(current, info, { issue: args.issue, on: args.on, type }),
    );
    const { id, target, types } = result;
    return {
      data: () => ({
        status: "removed",
        action: "removed",
        issue_id: id,
        depends_on_id: target,
        type: types[0] ?? null,
        types: [...types],
      }),
      text: ({ style }) => {
        const [child, other] = [id, target].map((one) => style.bold(escapeText(one)));
        return types
          .map((removed) =>
            removed === parentChild
              ? `${child} is no longer part of ${other}\n`
              : `${child} no longer depends on ${other} (${escapeText(removed)})\n`,
          )
          .join("");
      },
      ids: [id],
      saved: [id],
    };
  },
});

/** Ids as they were written. */
interface Request {
  readonly issue: string;
  readonly on: string;
  readonly type: string | undefined;
}

interface Outcome {
  readonly id: string;
  readonly target: string;
  readonly types: readonly string[];
}

function decide(view: View, info: TransactionInfo, request: Request): Decision<Outcome> {
  const { state, prefix } = view;
  const { issue, line } = currentOf(state, resolveId(state, request.issue, prefix));
  const target = findTarget(view, issue, request.on);
  const edges = issue.dependencies.filter(
    ({ depends_on_id, type }) =>
      depends_on_id === target && (type === request.type || request.type === undefined),
  );
  if (edges.length === 0) throw noSuchEdge(issue, target, request.type);
  const types = [...new Set(edges.map((edge) => edge.type))];
  const change = editIssue(
    issue,
    { remove_edges: types.map((type) => ({ depends_on_id: target, type })) },
    { line, nowMs: info.timeMs, actor: info.actor },
  );
  if (change === undefined) throw surplusParent(issue, target);
  return { operations: [change], result: { id: issue.id, target, types } };
}

/** The other end may be unknown here, so the issue's own edges are asked first. */
function findTarget({ state, prefix }: View, issue: Issue, text: string): string {
  const own = issue.dependencies.find((edge) => edge.depends_on_id === text);
  return own?.depends_on_id ?? resolveId(state, text, prefix);
}

function noSuchEdge(issue: Issue, target: string, type: string | undefined): BzError {
  const kind = type === undefined ? "" : ` by an edge of type ${type}`;
  const edges = issue.dependencies.map((edge) => `${edge.depends_on_id} (${edge.type})`);
  return new BzError("NOT_FOUND", `${issue.id} does not depend on ${target}${kind}`, {
    hint: edges.length === 0 ? "it depends on nothing" : `it depends on ${edges.join(", ")}`,
    context: { id: issue.id, depends_on_id: target, ...(type === undefined ? {} : { type }) },
  });
}

/** A line from elsewhere may name several parents, of which one counts; taking that one away takes all of them. */
function surplusParent(issue: Issue, target: string): BzError {
  return new BzError(
    "INVALID",
    `${issue.id} is part of ${issue.parent}; ${target} is a second parent that does not count`,
    {
      hint: `\`bz dep remove ${issue.id} ${issue.parent}\` takes all its parents away; then set the one that is meant`,
      context: { id: issue.id, parent: issue.parent ?? null },
    },
  );
}
