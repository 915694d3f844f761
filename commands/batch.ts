import { BzError } from "../model/errors";
import type { JsonObject } from "../model/json";
import { escapeJson } from "../output/escape";
import type { Result } from "../output/result";
import { type BatchLine, type BatchReport, decideLines } from "./batch-run";
import { defineBz } from "./command";
import type { TimedView } from "./context";
import { warningsAbout } from "./edges";
import { readNamedOrPipedText } from "./named-text";

export const command = defineBz({
  meta: {
    name: "batch",
    description:
      'Carries out commands that stand one a line as JSON, in their order: create, update, close, reopen, claim, release, defer, undefer, note, comment, label add, label remove, dep add, dep remove, delete, undelete. Each line answers with one of its own. A line that is refused does not stop the others, and the exit code tells that there was one; with --atomic nothing is done then. All that is done is one transaction, saved before the first answer, and one step for `bz undo`. A new issue with a "key" is called "$key" by later lines.',
  },
  answer: "batch-results",
  args: () => ({
    FILE: { type: "positional", required: false, description: "The file; without it, or with `-`, stdin" },
    atomic: { type: "boolean", description: "All or none: the first line that is refused ends it" },
    "dry-run": { type: "boolean", alias: "n", description: "Check every line, write nothing" },
  }),
  examples: [
    `printf '{"cmd":"create","title":"Parser","key":"p"}\\n{"cmd":"dep add","id":"bd-x1y2","on":"$p"}\\n' | bz batch`,
    "bz batch changes.jsonl --atomic",
    "bz batch changes.jsonl --dry-run --json",
  ],
  async run(context, args) {
    const text = await readNamedOrPipedText("batch", args.FILE, context.world);
    const lines = linesOf(text);
    const { nowMs, session, claimsBySession: bySession, customStatuses, world } = context;
    const options = {
      caller: { nowMs, session, bySession, customStatuses },
      random: world.randomBytes,
      isAtomic: args.atomic === true,
    };
    if (args["dry-run"] === true) {
      const info = context.transaction();
      return context.read((view) => {
        const { operations, result } = decideLines(lines, view, info, options);
        const state = view.state.fork();
        for (const operation of operations) state.apply(operation, view.sequence + 1);
        return { ...batchReply({ ...view, state }, result, { dry_run: true }), ids: [], saved: [] };
      });
    }
    context.tellLag();
    const { result, view } = context.write((current, info) => decideLines(lines, current, info, options));
    return batchReply(view, result, {});
  },
});

function linesOf(text: string): BatchLine[] {
  return text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((line, at) => ({ number: at + 1, text: line.trim() }))
    .filter((line) => line.text !== "");
}

function batchReply(view: TimedView, report: BatchReport, facts: JsonObject): Result {
  const { results, failures } = report;
  const ids = [...new Set(report.ids)];
  return {
    data: () => ({
      ...facts,
      results: [...results],
      total: results.length,
      returned: results.length,
      truncated: false,
      succeeded: results.length - failures.length,
      failed: failures.length,
    }),
    text: () => results.map((result) => `${escapeJson(JSON.stringify(result))}\n`).join(""),
    ids,
    saved: ids.slice(0, mostNamed),
    failures: refusals(failures),
    notes: results.length === 0 ? ["there was nothing to do"] : [],
    warnings: warningsAbout(view, report.targets),
  };
}

/**
 * What of the lines' own answers stderr and the exit code need: how many were refused and the first one, for each kind of refusal. Thousands would help
 * nobody.
 */
function refusals(failures: readonly BzError[]): BzError[] {
  return [...Map.groupBy(failures, ({ kind }) => kind).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length === 1) return group;
    const { code, message, hint, context } = first;
    return new BzError(code, `${group.length} lines were refused, the first is ${message}`, {
      hint,
      context: { ...context, refused: group.length },
      cause: first,
    });
  });
}

const mostNamed = 10;
