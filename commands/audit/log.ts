import { resolveId } from "../../model/issue-id";
import { auditEvents } from "../audit-events";
import { pageOfAudit } from "../audit-page";
import { defineBz } from "../command";
import { partArguments } from "../list-part";

export const command = defineBz({
  meta: {
    name: "audit log",
    description:
      "Shows what was done to an issue and what was recorded about it, calls of models and tools among it, the newest first. `bz history ID` has the changes alone, oldest first.",
  },
  args: () => ({
    id: { type: "positional", required: true, description: "The issue" },
    ...partArguments(),
  }),
  answer: "audit-events",
  examples: ["bz audit log bd-x1y2", "bz audit log bd-x1y2 -n 5 --json"],
  async run(context, args) {
    const id = context.store.read(({ state, prefix }) => resolveId(state, args.id, prefix));
    const events = auditEvents(await context.store.history({ id }));
    return pageOfAudit(
      context,
      events,
      args,
      `${id} came with issues.jsonl; nothing was done to it here since`,
    );
  },
});
