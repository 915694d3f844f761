import { type Activity, type ActivityCounts, summariseActivity } from "../model/activity";
import { BzError } from "../model/errors";
import type { JsonObject } from "../model/json";
import { type Breakdown, gatherStats, type Stats } from "../model/stats";
import { instantMs } from "../model/time";
import { escapeText } from "../output/escape";
import { formatFacts } from "../output/facts";
import type { Screen } from "../output/style";
import { defineBz } from "./command";
import type { Context } from "./context";
import { parseWholeNumber } from "./issue-arguments";
import { issueEvents } from "./issue-events";

export const command = defineBz({
  meta: {
    name: "stats",
    description:
      "Counts the issues by status, type, priority, assignee and label, and says how long it took to close those that are closed. With --activity also what was done here in the last week, by whom and on which days, from the log.",
  },
  args: () => ({
    activity: { type: "boolean", alias: "a", description: "What was done lately, too" },
    days: { type: "string", valueHint: "N", description: "--activity of the last N days; default 7" },
    "activity-hours": {
      type: "string",
      valueHint: "N",
      description: "--activity of the last N hours",
    },
  }),
  answer: "statistics",
  examples: ["bz stats", "bz stats --json", "bz stats --activity --days 30"],
  async run(context, args) {
    const hours = hoursOf(args);
    const activity = hours === undefined ? undefined : await readActivity(context, hours);
    return context.read(({ state }) => {
      const stats = gatherStats(state, context.nowMs);
      return {
        data: () => ({
          summary: { ...stats.summary },
          breakdowns: stats.breakdowns.map(breakdownRow),
          ...(activity === undefined ? {} : { recent_activity: activityRow(activity) }),
        }),
        text: (screen) =>
          summaryText(stats, screen) + (activity === undefined ? "" : activityText(activity, screen)),
        ids: [],
      };
    });
  },
});

/** Undefined when nobody asks for activity. */
function hoursOf(args: {
  activity: boolean | undefined;
  days: string | undefined;
  "activity-hours": string | undefined;
}): number | undefined {
  const { activity, days, "activity-hours": hours } = args;
  if (activity === false || (activity === undefined && days === undefined && hours === undefined))
    return undefined;
  if (days !== undefined && hours !== undefined)
    throw new BzError("USAGE", "--days and --activity-hours say the same in two units", {
      hint: "give one of them",
    });
  if (hours !== undefined) return parseWholeNumber("--activity-hours", hours, 1);
  return 24 * (days === undefined ? usualDays : parseWholeNumber("--days", days, 1));
}

async function readActivity(context: Context, hours: number): Promise<Activity> {
  const events = issueEvents(await context.store.history());
  const deeds = events.map(({ time, actor, action }) => ({ timeMs: instantMs(time), actor, action }));
  return summariseActivity(deeds, context.nowMs, hours);
}

function breakdownRow({ dimension, counts }: Breakdown): JsonObject {
  return { dimension, counts: counts.map(({ key, count }) => ({ key, count })) };
}

function activityRow(activity: Activity): JsonObject {
  return {
    ...activity,
    by_actor: activity.by_actor.map((row) => ({ ...row })),
    by_day: activity.by_day.map((row) => ({ ...row })),
  };
}

function summaryText({ summary, breakdowns }: Stats, screen: Screen): string {
  const facts: [string, string | number | undefined][] = [
    ["Issues", summary.total_issues],
    ["Open", summary.open_issues],
    ["Ready", summary.ready_issues],
    ["In progress", summary.in_progress_issues],
    ["Blocked", summary.blocked_issues],
    ["Deferred", summary.deferred_issues],
    ["Pinned", summary.pinned_issues],
    ["Closed", summary.closed_issues],
    ["Deleted", summary.tombstone_issues],
    ["Epics to close", summary.epics_eligible_for_closure],
    ["Average lead time", leadTime(summary)],
  ];
  for (const { dimension, counts } of breakdowns)
    if (counts.length > 0) facts.push([`By ${dimension}`, countsText(counts)]);
  return formatFacts(facts, screen);
}

function countsText(counts: Breakdown["counts"]): string {
  const shown = counts.slice(0, shownCounts).map(({ key, count }) => `${key} ${count}`);
  const left = counts.length - shown.length;
  return shown.join(", ") + (left > 0 ? `, and ${left} more` : "");
}

function leadTime({ closed_issues, average_lead_time_hours: hours }: Stats["summary"]): string {
  if (closed_issues === 0) return "nothing is closed yet";
  return hours < 48 ? amount(hours, "hour") : `${(hours / 24).toFixed(1)} days`;
}

function activityText(activity: Activity, screen: Screen): string {
  const { hours_tracked: hours } = activity;
  const period = hours % 24 === 0 && hours > 24 ? `${hours / 24} days` : amount(hours, "hour");
  const lines: [string, string][] = [[`In the last ${period}`, deedsText(activity)]];
  for (const row of activity.by_actor) lines.push([`By ${escapeText(row.actor)}`, deedsText(row)]);
  for (const row of activity.by_day) lines.push([row.day, deedsText(row)]);
  return `\n${formatFacts(lines, screen)}`;
}

function deedsText(counts: ActivityCounts): string {
  const parts = [
    amount(counts.total_changes, "change"),
    ...named(counts.issues_created, "created"),
    ...named(counts.issues_closed, "closed"),
    ...named(counts.issues_reopened, "reopened"),
    ...named(counts.issues_deleted, "deleted"),
    ...named(counts.issues_updated, "updated"),
  ];
  return parts.join(", ");
}

function amount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function named(count: number, action: string): string[] {
  return count === 0 ? [] : [`${count} ${action}`];
}

const usualDays = 7;
const shownCounts = 12;
