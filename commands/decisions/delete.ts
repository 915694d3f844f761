import { deleteIssue, purgeIssue } from "../../model/change";
import { BzError } from "../../model/errors";
import { resolveId, resolveWholeId } from "../../model/issue-id";
import { readStamps } from "../../model/line-stamps";
import type { Operation } from "../../model/operation";
import { selectIssues } from "../../model/query";
import type { Decision, TransactionInfo, View } from "../../storage/store";
import { changeContext } from "../current-issue";
import { type Holder, holdersOf } from "../holders";
import { type BatchItem, type BatchOutcome, decideBatch } from "../issue-batch";

export interface DeleteRequest {
  readonly texts: readonly string[];
  /** Those of them that stand in a list, where ids have to be whole. */
  readonly listed: ReadonlySet<string>;
  /** Beside those that are named, what was closed before this moment and is not pinned. */
  readonly closedBeforeMs?: number | undefined;
  readonly reason: string | undefined;
  readonly isHard: boolean;
  readonly isCascading: boolean;
  readonly isForced: boolean;
}

export interface Deletion extends BatchOutcome {
  /** Issues that stay and depended on a deleted one. */
  readonly dependents: readonly Holder[];
}

/**
 * Deletes issues and, if that was asked for, what depends on them.
 * @throws BzError HAS_DEPENDENTS unless it is forced
 */
export function decideDeletion(
  view: View,
  info: TransactionInfo,
  request: DeleteRequest,
): Decision<Deletion> {
  const resolve = (text: string): string =>
    request.listed.has(text)
      ? resolveWholeId(view.state, text, view.prefix)
      : resolveId(view.state, text, view.prefix);
  const named = [...request.texts, ...closedBefore(view, info, request)];
  const texts = request.isCascading ? withDependents(view, named, resolve) : named;
  const dependents: Holder[] = [];
  const decide = ({ issue, line, batch }: BatchItem): Operation[] => {
    const staying = holdersOf(view.state, issue.id).filter((holder) => !batch.has(holder.id));
    if (staying.length > 0 && !request.isForced) throw hasDependents(issue.id, staying);
    for (const holder of staying) dependents.push(holder);
    const now = changeContext(line, info);
    if (request.isHard) return readStamps(line).isPurged ? [] : [purgeIssue(issue, now)];
    const change = deleteIssue(issue, { reason: request.reason }, now);
    return change === undefined ? [] : [change];
  };
  const decision = decideBatch(view, texts, decide, resolve);
  return { operations: decision.operations, result: { ...decision.result, dependents } };
}

function closedBefore(view: View, info: TransactionInfo, { closedBeforeMs }: DeleteRequest): string[] {
  if (closedBeforeMs === undefined) return [];
  const times = { closed: { beforeMs: closedBeforeMs } };
  const { issues } = selectIssues(view.state, { status: ["closed"], times, nowMs: info.timeMs });
  return issues.filter(({ pinned }) => pinned !== true).map(({ id }) => id);
}

/** The requested ones, then everything that depends on them, however far. A text that names nothing is left to the batch. */
function withDependents(view: View, texts: readonly string[], resolve: (text: string) => string): string[] {
  const found = new Set(texts.map((text) => resolveOr(text, resolve)));
  for (const id of found) {
    // What depends on an id that is not here was not meant: the id is a mistake.
    if (!view.state.has(id)) continue;
    for (const holder of holdersOf(view.state, id)) found.add(holder.id);
  }
  return [...found];
}

function resolveOr(text: string, resolve: (text: string) => string): string {
  try {
    return resolve(text);
  } catch (error) {
    if (error instanceof BzError && error.kind === "request") return text;
    throw error;
  }
}

function hasDependents(id: string, dependents: readonly Holder[]): BzError {
  const shown = dependents.slice(0, 5).map((dependent) => `${dependent.id} (${dependent.type})`);
  const more = dependents.length > 5 ? ` and ${dependents.length - 5} more` : "";
  return new BzError("HAS_DEPENDENTS", `others depend on ${id}: ${shown.join(", ")}${more}`, {
    hint: `it was not deleted; if ${id} is done, close it instead: \`bz close ${id}\``,
    context: { id, dependents: dependents.map((dependent) => ({ ...dependent })) },
  });
}
