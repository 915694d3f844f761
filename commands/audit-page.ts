import { formatTime } from "../model/time";
import { formatEvents, type ShownEvent } from "../output/event-list";
import type { Result } from "../output/result";
import { type AuditEvent, auditRow } from "./audit-events";
import type { Context } from "./context";
import { type PartValues, partOf, readPart } from "./list-part";

/**
 * The newest first; text shows 50 unless more are asked for.
 * @param events oldest first
 */
export function pageOfAudit(
  context: Context,
  events: readonly AuditEvent[],
  args: PartValues,
  whenEmpty: string,
): Result {
  const { shown, page, notes } = partOf(events.toReversed(), readPart(context, args), whenEmpty);
  return {
    data: () => ({
      events: shown.map(auditRow),
      ...page,
    }),
    text: (screen) => formatEvents(shown.map(shownEvent), context.nowMs, screen),
    ids: shown.map(({ id }) => id),
    notes,
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
