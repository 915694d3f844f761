import { selectFacts } from "../model/query";
import { Readiness } from "../model/readiness";
import { countEdgesOf, issueRow } from "../model/row";
import { formatIssueList } from "../output/issue-list";
import type { Result } from "../output/result";
import type { View } from "../storage/store";
import { defineBz } from "./command";
import { filterArguments, isFiltering, readFilters } from "./filter-arguments";
import { claimOffer, type Offer, pickNext } from "./hand-out";
import { changedIssue } from "./issue-reply";
import { usualOffer } from "./usual-ready";

export const command = defineBz({
  meta: {
    name: "next",
    description:
      "Names the one issue to begin with: the best ready one by priority, then by how many others it unblocks, then by age. What is assigned to others is left out. With --claim it is yours in the same step: of many agents that ask at once every one gets another issue. Exit 5 when there is nothing to hand out.",
  },
  args: () => ({
    claim: { type: "boolean", description: "Claim it, in the same step" },
    type: filterArguments().type,
    priority: filterArguments().priority,
    label: filterArguments().label,
    "label-any": filterArguments()["label-any"],
    assignee: filterArguments().assignee,
    unassigned: filterArguments().unassigned,
    mine: filterArguments().mine,
    parent: { type: "string", valueHint: "ID", description: "The parts of ID, at any depth" },
  }),
  answer: "next-issue",
  examples: ["bz next", "bz next --claim --session 7f3a --json", "bz next --claim -t bug -l parser"],
  async run(context, args) {
    const { nowMs, session } = context;
    const isClaiming = args.claim === true;
    const actor = context.actor();
    const filters = await readFilters(context, {
      ...args,
      ...(args.parent === undefined ? {} : { recursive: true }),
    });
    const options = {
      isFiltered: isFiltering(args),
      // What somebody else is assigned can be looked at, when it is asked for by name.
      withOthers: !isClaiming && args.assignee !== undefined,
    };
    const isWhole = !isFiltering(args) && args.parent === undefined;
    const pick = (view: View): Offer => {
      const usual = isWhole ? usualOffer(view.state, nowMs, actor) : undefined;
      if (usual !== undefined) return usual;
      const { facts } = selectFacts(view.state, { ...filters(view), nowMs });
      const { offer, refusal } = pickNext(facts, new Readiness(view.state, nowMs), actor, options);
      if (offer === undefined) throw refusal;
      return offer;
    };
    if (!isClaiming) return context.read((view) => shown(view, pick(view), nowMs));
    const { result: offer, view } = context.write((current, info) => {
      const picked = pick(current);
      return { operations: claimOffer(current.state, picked, session, info), result: picked };
    });
    return changedIssue(view, offer.id, {
      verb: "Claimed",
      facts: () => ({ unblocks: offer.unblocks }),
    });
  },
});

function shown({ state }: View, { id, unblocks }: Offer, nowMs: number): Result {
  return {
    data: () => ({ ...issueRow(state, id, countEdgesOf(state, [id]), { nowMs }), unblocks }),
    text: (screen) => {
      const issue = state.issue(id);
      return issue === undefined ? "" : formatIssueList([issue], nowMs, screen);
    },
    ids: [id],
  };
}
