import { compareBytes } from "./compare";
import { formatTime } from "./time";

/** What somebody did to an issue, as `history` names it. */
export interface Deed {
  readonly timeMs: number;
  readonly actor: string;
  readonly action: string;
}

export interface ActivityCounts {
  readonly issues_created: number;
  readonly issues_closed: number;
  readonly issues_reopened: number;
  readonly issues_deleted: number;
  /** Everything else that was done to an issue. */
  readonly issues_updated: number;
  readonly total_changes: number;
}

export interface Activity extends ActivityCounts {
  readonly hours_tracked: number;
  /** The busiest first. */
  readonly by_actor: readonly (ActivityCounts & { readonly actor: string })[];
  /** Days (UTC) on which something happened, the earliest first. */
  readonly by_day: readonly (ActivityCounts & { readonly day: string })[];
}

/** What was done in the last hours. A clock that ran ahead does not hide anything: what is later than now counts, too. */
export function summariseActivity(deeds: Iterable<Deed>, nowMs: number, hours: number): Activity {
  const sinceMs = nowMs - hours * 3_600_000;
  const recent = [...deeds].filter(({ timeMs }) => timeMs >= sinceMs);
  const byActor = Map.groupBy(recent, ({ actor }) => actor);
  const byDay = Map.groupBy(recent, ({ timeMs }) => formatTime(timeMs).slice(0, 10));
  return {
    hours_tracked: hours,
    ...countDeeds(recent),
    by_actor: [...byActor]
      .map(([actor, own]) => ({ actor, ...countDeeds(own) }))
      .sort(
        (left, right) => right.total_changes - left.total_changes || compareBytes(left.actor, right.actor),
      ),
    by_day: [...byDay]
      .map(([day, own]) => ({ day, ...countDeeds(own) }))
      .sort((left, right) => compareBytes(left.day, right.day)),
  };
}

function countDeeds(deeds: readonly Deed[]): ActivityCounts {
  const of = (...actions: string[]): number => deeds.filter(({ action }) => actions.includes(action)).length;
  const [created, closed, reopened, deleted] = [
    of("created", "imported"),
    of("closed"),
    of("reopened"),
    of("deleted", "purged"),
  ];
  return {
    issues_created: created,
    issues_closed: closed,
    issues_reopened: reopened,
    issues_deleted: deleted,
    issues_updated: deeds.length - created - closed - reopened - deleted,
    total_changes: deeds.length,
  };
}
