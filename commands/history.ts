import { resolveId } from "../model/issue-id";
import { formatEvents } from "../output/event-list";
import { defineBz } from "./command";
import { eventRow, issueEvents } from "./issue-events";

export const command = defineBz({
  meta: {
    name: "history",
    description:
      "Shows what happened to an issue, oldest first: every change that was acknowledged here, by whom, and what it set.",
  },
  args: () => ({ id: { type: "positional", required: true, description: "The issue" } }),
  answer: "events",
  examples: ["bz history bd-x1y2", "bz history bd-x1y2 --json"],
  async run(context, args) {
    const id = context.store.read(({ state, prefix }) => resolveId(state, args.id, prefix));
    const events = issueEvents(await context.store.history({ id }));
    return {
      data: () => ({
        events: events.map(eventRow),
        total: events.length,
        returned: events.length,
        truncated: false,
      }),
      text: (screen) => formatEvents(events, context.nowMs, screen),
      notes: events.length > 0 ? [] : [`${id} came with issues.jsonl; nothing was done to it here since`],
    };
  },
});
