import { deleteIssue, purgeIssue } from "../../model/change";
import { BzError } from "../../model/errors";
import { resolveId } from "../../model/issue-id";
import { readStamps } from "../../model/stamp";
import type { Decision, TransactionInfo, View } from "../../storage/store";
import { type Holder, holdersOf } from "../holders";
import { type BatchOutcome, decideBatch } from "../issue-batch";

export interface DeleteRequest {
  readonly texts: readonly string[];
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
  const texts = request.isCascading ? withDependents(view, request.texts) : request.texts;
  const dependents: Holder[] = [];
  const decision = decideBatch(view, texts, ({ issue, line, batch }) => {
    const staying = holdersOf(view.state, issue.id).filter((holder) => !batch.has(holder.id));
    if (staying.length > 0 && !request.isForced) throw hasDependents(issue.id, staying);
    dependents.push(...staying);
    const now = { line, nowMs: info.timeMs, actor: info.actor };
    if (request.isHard) return readStamps(line).isPurged ? [] : [purgeIssue(issue, now)];
    const change = deleteIssue(issue, { reason: request.reason }, now);
    return change === undefined ? [] : [change];
  });
  return { operations: decision.operations, result: { ...decision.result, dependents } };
}

/** The requested ones, then everything that depends on them, however far. A text that names nothing is left to the batch. */
function withDependents(view: View, texts: readonly string[]): string[] {
  const found = new Set(texts.map((text) => resolveOr(view, text)));
  for (const id of found) for (const holder of holdersOf(view.state, id)) found.add(holder.id);
  return [...found];
}

function resolveOr(view: View, text: string): string {
  try {
    return resolveId(view.state, text, view.prefix);
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
