import { Readiness } from "../model/readiness";
import type { Decision } from "../storage/store";
import { type Closing, closedIssues } from "./close-reply";
import { defineBz } from "./command";
import { decideClosing } from "./decisions/close";
import { claimOffer, type Pick, pickNext } from "./hand-out";
import { decideBatch } from "./issue-batch";

export const command = defineBz({
  meta: {
    name: "close",
    description:
      "Closes issues and says what became ready by it. Closing a closed one again changes nothing but its reason, when -r gives another one. An epic with open children is refused unless they are closed by the same call or -f is given. With --claim-next the issue to go on with is yours in the same step, as by `bz next --claim`; -q then prints its id alone.",
  },
  args: () => ({
    ids: { type: "positional", required: true, repeat: true, description: "The issues" },
    reason: {
      type: "string",
      alias: ["r", "resolution", "comment", "message", "m"],
      valueHint: "TEXT",
      text: true,
      description: "Why, for whoever looks later",
    },
    "suggest-next": { type: "boolean", description: "Name the issue to go on with" },
    "claim-next": { type: "boolean", description: "Claim the issue to go on with, in the same step" },
    force: { type: "boolean", alias: "f", description: "Close an epic although children are open" },
  }),
  answer: "closed-issues",
  examples: [
    "bz close bd-x1y2 -r 'Fixed in 4f2a9c'",
    "bz close bd-x1y2 bd-a3b4 --suggest-next",
    "bz close bd-x1y2 --claim-next --session 7f3a --json",
  ],
  async run(context, args) {
    const { session, nowMs } = context;
    context.tellLag();
    const isClaiming = args["claim-next"] === true;
    const { result, view } = context.write((current, info): Decision<Closing & { actor: string }> => {
      const { reason, force } = args;
      const batch = decideBatch(current, args.ids, (item) =>
        decideClosing(item, { reason, session, force }, info),
      );
      const outcome = { ...batch.result, before: current.state, actor: info.actor };
      // Whoever could close nothing of what was named still has that to do.
      if (!isClaiming || outcome.done.length === 0) return { operations: batch.operations, result: outcome };
      const { state } = outcome;
      const next = pickNext([...state.allFacts()], new Readiness(state, nowMs), info.actor);
      const claim = next.offer === undefined ? [] : claimOffer(state, next.offer, session, info);
      return { operations: [...batch.operations, ...claim], result: { ...outcome, next } };
    });
    // A suggestion binds nobody, so it is looked for when the lock is free again.
    const suggest = (): Pick =>
      pickNext([...view.state.allFacts()], new Readiness(view.state, nowMs), result.actor);
    const next = !isClaiming && args["suggest-next"] === true ? suggest() : result.next;
    return closedIssues(view, { ...result, next }, { isClaiming });
  },
});
