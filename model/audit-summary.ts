import { compareBytes } from "./compare";

export interface AuditDeed {
  readonly timeMs: number;
  readonly actor: string;
  /** As `bz audit` names it. */
  readonly action: string;
}

export interface AuditTotals {
  readonly total: number;
  readonly created: number;
  readonly updated: number;
  readonly closed: number;
  readonly comments: number;
  readonly llm_calls: number;
  readonly tool_calls: number;
  readonly other: number;
}

export interface AuditSummary {
  readonly period_days: number;
  readonly totals: AuditTotals;
  /** The busiest first. */
  readonly actors: readonly { readonly actor: string; readonly total: number }[];
}

/** What was done in the last days. A clock that ran ahead hides nothing: what is later than now counts, too. */
export function summariseAudit(deeds: Iterable<AuditDeed>, nowMs: number, days: number): AuditSummary {
  const sinceMs = nowMs - days * 86_400_000;
  const recent = [...deeds].filter(({ timeMs }) => timeMs >= sinceMs);
  const byActor = Map.groupBy(recent, ({ actor }) => actor);
  return {
    period_days: days,
    totals: totalsOf(recent),
    actors: [...byActor]
      .map(([actor, own]) => ({ actor, total: own.length }))
      .sort((left, right) => right.total - left.total || compareBytes(left.actor, right.actor)),
  };
}

function totalsOf(deeds: readonly AuditDeed[]): AuditTotals {
  const totals = { total: deeds.length, ...none };
  for (const { action } of deeds) totals[classOf.get(action) ?? "other"] += 1;
  return totals;
}

type Class = Exclude<keyof AuditTotals, "total">;

const none: Record<Class, number> = {
  created: 0,
  updated: 0,
  closed: 0,
  comments: 0,
  llm_calls: 0,
  tool_calls: 0,
  other: 0,
};

const classOf: ReadonlyMap<string, Class> = new Map([
  ["created", "created"],
  ["imported", "created"],
  ["closed", "closed"],
  ["taken in, closed", "closed"],
  ["commented", "comments"],
  ["llm_call", "llm_calls"],
  ["tool_call", "tool_calls"],
  ["updated", "updated"],
  ["replaced", "updated"],
  ["claimed", "updated"],
  ["released", "updated"],
  ["deferred", "updated"],
  ["reopened", "updated"],
  ["taken in", "updated"],
]);
