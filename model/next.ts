import { BzError } from "./errors";
import type { IssueFacts } from "./issue-facts";
import type { JsonObject } from "./json";
import type { OfferOptions, Readiness } from "./readiness";

/** Whether an issue may be handed to `actor`: what is assigned to somebody else waits for them. */
export function isFor(issue: IssueFacts, actor: string): boolean {
  return issue.assignee === undefined || issue.assignee === actor;
}

/**
 * The issue to begin with: by priority, then by how much it unblocks, then by age. One pass, so that how much an issue unblocks
 * is only asked where two are equally urgent.
 * @param candidates fastest with the most urgent ones first
 * @param accepts a further condition
 */
export function bestOffer(
  candidates: Iterable<IssueFacts>,
  readiness: Readiness,
  accepts: (issue: IssueFacts) => boolean,
  options: OfferOptions = {},
): IssueFacts | undefined {
  readiness.readAll();
  let best: IssueFacts | undefined;
  for (const issue of candidates) {
    // Asked first, since most of the others then need not be judged.
    if (best !== undefined && issue.priority > best.priority) continue;
    if (!accepts(issue) || !readiness.isOffered(issue.id, options)) continue;
    if (best === undefined || readiness.compare(issue, best) < 0) best = issue;
  }
  return best;
}

/**
 * Says why none of the candidates can be handed out.
 * @param isFiltered whether the caller has left issues out
 */
export function nothingReady(
  candidates: Iterable<IssueFacts>,
  readiness: Readiness,
  { isFiltered }: { readonly isFiltered: boolean },
): BzError {
  const counts = { blocked: 0, deferred: 0, in_progress: 0, waiting: 0, assigned_to_others: 0 };
  for (const { id } of candidates) {
    const verdict = readiness.verdict(id);
    if (verdict === undefined) continue;
    // What is ready and yet not handed out belongs to somebody else.
    counts[verdict.class === "ready" ? "assigned_to_others" : verdict.class]++;
  }
  const reasons = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name.replaceAll("_", " ")}`);
  const what = isFiltered && reasons.length > 0 ? "nothing of that kind is ready" : "nothing is ready";
  const none = isFiltered ? "there is no open issue of that kind" : "there are no open issues";
  const why = reasons.length === 0 ? none : reasons.join(", ");
  return new BzError("NOTHING_READY", `${what}: ${why}`, {
    hint: hintFor(counts, isFiltered),
    context: counts satisfies JsonObject,
  });
}

interface HeldCounts {
  readonly blocked: number;
  readonly deferred: number;
  readonly in_progress: number;
  readonly waiting: number;
  readonly assigned_to_others: number;
}

function hintFor(counts: HeldCounts, isFiltered: boolean): string {
  if (counts.in_progress > 0)
    return "`bz list -s in_progress` shows who works on what; `bz release --help` says how to free what agents that are gone have left";
  if (counts.blocked > 0) return "`bz blocked` shows what they wait for";
  if (counts.deferred > 0) return "`bz list --deferred` shows until when";
  if (counts.assigned_to_others > 0) return "`bz ready` lists them, and whose they are";
  if (counts.waiting > 0) return "`bz ready --explain` says what they wait for";
  return isFiltered ? "`bz ready` lists what is ready of any kind" : "`bz create` makes one";
}
