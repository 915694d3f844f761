import type { Issue } from "./issue";
import type { Hold, Readiness, ReadinessClass, Verdict } from "./readiness";
import type { State } from "./state";
import { shownStatus } from "./status";
import { cycleThrough, findWaitCycles } from "./wait-cycles";

/** Why an issue is where it is, for programs and as one sentence. Keys that do not apply are absent. */
export type Explanation = {
  readonly id: string;
  readonly class: ReadinessClass | "closed" | "deleted";
  /** In one word what decided it: that of the verdict, or `status`. */
  readonly reason: string;
  readonly sentence: string;
  readonly blockers?: Blocker[];
  readonly open_children?: string[];
  /** The ancestor that is put off. */
  readonly deferred_via?: string;
  readonly deferred_until?: string;
  /** The first id again at the end. It may lie behind the issue instead of going through it. */
  readonly cycle?: string[];
  readonly unblocks?: number;
};

export type Blocker = {
  readonly id: string;
  readonly type: string;
  /** The ancestor whose edge it is. */
  readonly via?: string;
};

/** Undefined for an unknown id. Stored text stands in the sentence as it is. */
export function explain(state: State, readiness: Readiness, id: string): Explanation | undefined {
  const issue = state.issue(id);
  if (issue === undefined) return undefined;
  const verdict = readiness.verdict(id);
  if (verdict === undefined) return explainEnd(issue);
  const cycle = cycleAt(readiness, id);
  const warning = cycle === undefined ? "" : `; this never ends by itself: ${cycle.join(" -> ")}`;
  return {
    id,
    class: verdict.class,
    reason: verdict.reason,
    sentence: `${id} ${sentenceOf(verdict, issue, state, readiness)}${warning}.`,
    ...factsOf(verdict, id, readiness),
    ...(cycle === undefined ? {} : { cycle }),
  };
}

const mostNamed = 5;

function explainEnd(issue: Issue): Explanation {
  const { id } = issue;
  if (issue.status === "tombstone") {
    const sentence = `${id} was deleted${at(issue.deleted_at)}${by(issue.deleted_by)}${because(issue.delete_reason)}.`;
    return { id, class: "deleted", reason: "status", sentence };
  }
  const sentence = `${id} was closed${at(issue.closed_at)}${because(issue.close_reason)}.`;
  return { id, class: "closed", reason: "status", sentence };
}

/** One that goes through the issue, else one that holds it up from further away. */
function cycleAt(readiness: Readiness, id: string): string[] | undefined {
  const waitsFor = (other: string) => readiness.waitsFor(other);
  return cycleThrough(id, waitsFor) ?? findWaitCycles([id], waitsFor)[0];
}

function sentenceOf(verdict: Verdict, issue: Issue, state: State, readiness: Readiness): string {
  if (verdict.class === "in_progress") return progressSentence(issue);
  if (verdict.class === "deferred") {
    const { holder, until } = verdict;
    const when = until === undefined ? "without a date" : `until ${until}`;
    return holder === issue.id ? `is deferred ${when}` : `is deferred because ${holder} above it is, ${when}`;
  }
  if (verdict.class === "blocked") return blockedSentence(verdict.holds, issue.id, state, readiness.nowMs);
  if (verdict.class === "ready") return readySentence(issue, readiness);
  if (verdict.reason === "children") return `waits for its open parts: ${listed(verdict.openChildren)}`;
  return verdict.reason === "pinned"
    ? "is pinned: kept in view, never handed out as work"
    : `waits because its status is "${verdict.status}"; only open issues are handed out`;
}

function progressSentence({ assignee, claim_session: session, started_at: start }: Issue): string {
  if (assignee === undefined) return `is in progress${since(start)}, and nobody is named as working on it`;
  const where = session === undefined ? "" : ` in session ${session}`;
  return `is in progress: ${assignee} works on it${where}${since(start)}`;
}

function blockedSentence(holds: readonly Hold[], id: string, state: State, nowMs: number): string {
  if (holds.length === 0) return "is blocked because its status says so, not by an open issue";
  const blockersOf = new Map<string, string[]>();
  for (const { holder, blocker } of holds) {
    const blockers = blockersOf.get(holder) ?? [];
    blockersOf.set(holder, blockers);
    const other = state.issue(blocker);
    const named = other === undefined ? blocker : `${blocker} (${shownStatus(other, nowMs)})`;
    if (!blockers.includes(named)) blockers.push(named);
  }
  const parts = [...blockersOf].map(([holder, blockers]) =>
    holder === id ? `it waits for ${listed(blockers)}` : `${holder} above it waits for ${listed(blockers)}`,
  );
  return `is blocked: ${parts.join(", and ")}`;
}

function readySentence(issue: Issue, readiness: Readiness): string {
  const count = readiness.unblocks(issue.id);
  const more = count === 0 ? "" : `; closing it makes ${count} more ready`;
  return `is ready: it is open and waits for nothing${more}`;
}

function factsOf(verdict: Verdict, id: string, readiness: Readiness): Partial<Explanation> {
  if (verdict.class === "ready") return { unblocks: readiness.unblocks(id) };
  if (verdict.class === "waiting" && verdict.reason === "children")
    return { open_children: [...verdict.openChildren] };
  if (verdict.class === "deferred") {
    return {
      ...(verdict.reason === "ancestor" ? { deferred_via: verdict.holder } : {}),
      ...(verdict.until === undefined ? {} : { deferred_until: verdict.until }),
    };
  }
  if (verdict.class !== "blocked") return {};
  const blockers = verdict.holds.map(({ blocker, type, holder }) => ({
    id: blocker,
    type,
    ...(holder === id ? {} : { via: holder }),
  }));
  return { blockers };
}

function listed(items: readonly string[]): string {
  if (items.length > mostNamed)
    return `${items.slice(0, mostNamed).join(", ")} and ${items.length - mostNamed} more`;
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

function at(time: string | undefined): string {
  return time === undefined ? "" : ` at ${time}`;
}

function since(time: string | undefined): string {
  return time === undefined ? "" : ` since ${time}`;
}

function by(who: string | undefined): string {
  return who === undefined ? "" : ` by ${who}`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? "" : `: ${reason.replace(/[\s.]+$/, "")}`;
}
