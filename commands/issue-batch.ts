import { addComment, type ChangeContext } from "../model/change";
import { changeLine } from "../model/change-line";
import { BzError } from "../model/errors";
import type { Issue } from "../model/issue";
import { resolveId } from "../model/issue-id";
import { parseIssue } from "../model/issue-json";
import { givenIn } from "../model/list";
import type { ChangeIssue, Operation } from "../model/operation";
import { recencyOf } from "../model/recency";
import type { State } from "../model/state";
import type { Decision, View } from "../storage/store";
import { currentOf } from "./current-issue";

/** One issue of a batch. `state` has the changes of those before it. */
export interface BatchItem {
  readonly issue: Issue;
  /** Its current line. */
  readonly line: string;
  readonly state: State;
  /** The ids of the whole batch. */
  readonly batch: ReadonlySet<string>;
}

export interface BatchOutcome {
  /** What became as was asked, each once, in the order of the request. */
  readonly done: readonly string[];
  /** Those among them that were so already. */
  readonly unchanged: ReadonlySet<string>;
  readonly failures: readonly BzError[];
  /** With all of that in it. */
  readonly state: State;
}

/**
 * Decides a change of several issues as one transaction: the good ones go through, each of the others is an error in the
 * outcome. The error of a single one is thrown.
 */
export function decideBatch(
  view: View,
  texts: readonly string[],
  decide: (item: BatchItem) => readonly Operation[],
  resolve: (text: string) => string = (text) => resolveId(view.state, text, view.prefix),
): Decision<BatchOutcome> {
  const failures: BzError[] = [];
  const attempt = <T>(text: string, action: () => T): T | undefined => {
    try {
      return action();
    } catch (error) {
      const failure = refusalOf(error, text);
      if (texts.length === 1) throw failure;
      failures.push(failure);
      return undefined;
    }
  };
  const resolved = texts.map((text) => attempt(text, () => resolve(text)));
  const batch = new Set(givenIn(resolved));
  const state = view.state.fork();
  const operations: Operation[] = [];
  const done: string[] = [];
  const unchanged = new Set<string>();
  for (const id of batch) {
    const decided = attempt(id, () => decide({ ...currentOf(state, id), state, batch }));
    if (decided === undefined) continue;
    for (const operation of decided) state.apply(operation, view.sequence + 1);
    operations.push(...decided);
    done.push(id);
    if (decided.length === 0) unchanged.add(id);
  }
  return { operations, result: { done, unchanged, failures, state } };
}

/** The flag for what `explained` keeps. */
export const explainedReason = {
  type: "string",
  alias: "r",
  valueHint: "TEXT",
  text: true,
  description: "Why; kept as a comment",
} as const;

/** A change of an issue, if there is one, and the reason for it as a comment in the same transaction. */
export function explained(
  { issue, line }: Pick<BatchItem, "issue" | "line">,
  change: ChangeIssue | undefined,
  reason: string,
  who: Omit<ChangeContext, "recency">,
): Operation[] {
  if (reason === "") return change === undefined ? [] : [change];
  if (change === undefined)
    return [addComment(issue, { text: reason }, { recency: recencyOf(line), ...who })];
  const changed = changeLine(line, change);
  return [change, addComment(parseIssue(changed), { text: reason }, { recency: recencyOf(changed), ...who })];
}

/** What the system could not do ends the command; what one issue does not allow is said about that issue. */
function refusalOf(error: unknown, id: string): BzError {
  if (!(error instanceof BzError) || (error.kind !== "request" && error.kind !== "taken")) throw error;
  if (error.context.id !== undefined || error.context.text !== undefined) return error;
  return new BzError(error.code, error.message, {
    hint: error.hint,
    context: { id, ...error.context },
    cause: error.cause,
  });
}
