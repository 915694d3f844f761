import type { Issue } from "../../model/issue";
import { parseIssue } from "../../model/issue-json";
import { type IssueOperation, isOnIssue, type Operation } from "../../model/operation";
import { isOperation } from "../../model/operation-shape";
import { State } from "../../model/state";
import type { Decision, View } from "../transact";
import type { TransactionInfo } from "../transaction";
import type { FastSnapshot } from "./snapshot";
import type { FastFiles } from "./store";
import { giveUp } from "./unusual";
import type { FastPrepared } from "./write";

/** The state of a store. It gives up where more is asked of it than about a few issues. */
export function stateOf({ snapshot, log }: Pick<FastFiles, "snapshot" | "log">): State {
  return new State(snapshot, log);
}

/** The same with a transaction in it. */
export function stateWith(
  files: Pick<FastFiles, "snapshot" | "log">,
  operations: readonly Operation[],
  sequence: number,
): State {
  const state = stateOf(files);
  for (const operation of operations) state.apply(operation, sequence);
  return state;
}

/** No transaction is taken back here. */
export type FastDecision<T> = Pick<Decision<T>, "operations" | "result">;

/** What is said of a decision. */
export interface FastMade<T> {
  readonly result: T;
  /** The state with the change in it. */
  readonly view: View;
}

/** Applies a decision in memory first, and reads what came of it: what later commands would stumble over must never reach the log. */
export function prepareInState<T, A>(
  files: FastFiles,
  info: TransactionInfo,
  decide: (view: View, info: TransactionInfo) => FastDecision<T>,
  answer: (made: FastMade<T>, nowMs: number) => A,
): FastPrepared<A> {
  const { prefix, page } = files;
  files.snapshot.issue ??= keptIssues(files.snapshot);
  const before = stateOf(files);
  const current = { state: before, prefix, sequence: page.confirmedSequence };
  const { operations, result } = decide(current, info);
  if (operations.length === 0) return { answer: answer({ result, view: current }, info.timeMs), operations };
  const state = before.fork();
  const sequence = current.sequence + 1;
  for (const operation of operations) {
    if (!isOperation(operation)) giveUp();
    state.apply(operation, sequence);
  }
  for (const operation of operations)
    if (isOnIssue(operation) && !isReadAsBefore(operation, before)) state.issue(operation.id);
  return { answer: answer({ result, view: { state, prefix, sequence } }, info.timeMs), operations };
}

/** Whether whoever could read the issue can read it after that as well. Who works on it, and how far that is, are texts wherever it is an operation. */
function isReadAsBefore(operation: IssueOperation, before: State): boolean {
  if (operation.op !== "change") return false;
  const { id, set, parent, labels, edges, comments } = operation;
  return (set ?? parent ?? labels ?? edges ?? comments) === undefined && before.issue(id) !== undefined;
}

/** Of a few issues all is read, by what reads the one that the call is about: that takes less than something else that reads parts of them. */
function keptIssues(snapshot: FastSnapshot): (id: string) => Issue | undefined {
  const kept = new Map<string, Issue>();
  return (id) => {
    const known = kept.get(id);
    if (known !== undefined) return known;
    const line = snapshot.line(id);
    if (line === undefined) return undefined;
    const issue = parseIssue(line);
    kept.set(id, issue);
    return issue;
  };
}
