import { formatTime } from "../model/time";
import { formatEvents, type ShownEvent } from "../output/event-list";
import type { Result } from "../output/result";
import { type AuditEvent, auditRow } from "./audit-events";
import type { Arguments } from "./command";
import type { Context } from "./context";
import { parseWholeNumber } from "./issue-arguments";

export const auditPageArguments = {
  limit: { type: "string", alias: "n", valueHint: "N", description: "At most N; 0: all" },
} as const satisfies Arguments;

/**
 * The newest first; text shows 50 unless more are asked for.
 * @param events oldest first
 */
export function pageOfAudit(
  context: Context,
  events: readonly AuditEvent[],
  limitText: string | undefined,
  whenEmpty: string,
): Result {
  const usual = context.isForReading ? 50 : 0;
  const limit = limitText === undefined ? usual : parseWholeNumber("--limit", limitText);
  const newest = events.toReversed();
  const shown = limit === 0 ? newest : newest.slice(0, limit);
  const left = events.length - shown.length;
  return {
    data: () => ({
      events: shown.map(auditRow),
      total: events.length,
      returned: shown.length,
      truncated: left > 0,
    }),
    text: (screen) => formatEvents(shown.map(shownEvent), context.nowMs, screen),
    ids: shown.map(({ id }) => id),
    notes: events.length === 0 ? [whenEmpty] : left > 0 ? [`${left} more; -n 0 shows all`] : [],
  };
}

function shownEvent({ id, timeMs, issueId, details, labels, ...event }: AuditEvent): ShownEvent {
  return {
    ...event,
    name: id,
    time: formatTime(timeMs),
    ...(issueId === undefined ? {} : { subject: issueId }),
    changes: details,
    labels: labels.map(({ label }) => label),
  };
}
