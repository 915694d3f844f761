import { parseDate } from "../../model/date-input";
import { instantMs } from "../../model/time";
import { auditEvents } from "../audit-events";
import { pageOfAudit } from "../audit-page";
import { defineBz } from "../command";
import { partArguments } from "../list-part";

export const command = defineBz({
  meta: {
    name: "audit list",
    description:
      "Shows what was done in this store, the newest first: every acknowledged change of every issue, what was remembered, and what `bz audit record` added.",
  },
  args: () => ({
    ...partArguments(),
    since: {
      type: "string",
      valueHint: "DATE",
      description: "Then or later: 2026-03-31, yesterday; `--since=-7d` for the last week",
    },
    until: { type: "string", valueHint: "DATE", description: "Then or earlier" },
    by: { type: "string", valueHint: "NAME", description: "What this actor did" },
    kind: { type: "string", valueHint: "KIND", description: "Only llm_call, tool_call, created, closed ..." },
  }),
  answer: "audit-events",
  examples: [
    "bz audit",
    "bz audit list --since yesterday --by ann",
    "bz audit list --kind tool_call -n 20 --json",
  ],
  async run(context, args) {
    const boundOf = (text: string | undefined) =>
      text === undefined ? undefined : instantMs(parseDate(text, context.nowMs));
    const sinceMs = boundOf(args.since) ?? 0;
    const untilMs = boundOf(args.until) ?? Number.POSITIVE_INFINITY;
    const events = auditEvents(await context.store.history()).filter(
      ({ timeMs, actor, action }) =>
        timeMs >= sinceMs &&
        timeMs <= untilMs &&
        (args.by === undefined || actor === args.by) &&
        (args.kind === undefined || action === args.kind),
    );
    return pageOfAudit(context, events, args, "nothing in the record matches");
  },
});
