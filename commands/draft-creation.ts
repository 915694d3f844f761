import { type Draft, type DraftPlan, planDrafts } from "../model/draft";
import { titleOf } from "../model/kept-text";
import { withNewIssues } from "../model/new-issues";
import { escapeText } from "../output/escape";
import type { Result } from "../output/result";
import type { TransactionInfo, View } from "../storage/store";
import type { Context, TimedView } from "./context";
import { warningsAbout } from "./edges";
import { changedIssues } from "./issue-reply";

/** Creates all of them in one transaction, or with `isRehearsal` says what would be created. */
export async function createDrafts(
  context: Context,
  drafts: readonly Draft[],
  { isRehearsal }: { readonly isRehearsal: boolean },
): Promise<Result> {
  const plan = ({ state, prefix, sequence }: View, info: TransactionInfo): DraftPlan =>
    planDrafts(drafts, {
      state,
      prefix,
      sequence,
      nowMs: info.timeMs,
      actor: info.actor,
      random: context.world.randomBytes,
    });
  if (isRehearsal) {
    const info = context.transaction();
    return context.read((view) => {
      const planned = plan(view, info);
      const state = view.state.fork();
      for (const operation of planned.operations) state.apply(operation, view.sequence);
      const after = withNewIssues(state, planned.creations, view.sequence);
      return rehearsed({ ...view, state: after }, drafts, planned);
    });
  }
  context.tellLag();
  const { result, view } = context.write((current, info) => {
    const planned = plan(current, info);
    const { creations, operations } = planned;
    return { creations, operations, result: planned };
  });
  return created(view, drafts, result);
}

/** Text takes the titles from the drafts: a hundred thousand new lines are not parsed again to find them. */
function created(view: TimedView, drafts: readonly Draft[], { ids, idOfKey, targets }: DraftPlan): Result {
  const answer = changedIssues({
    view,
    ids,
    failures: [],
    verb: () => "Created",
    facts: () => {
      const keys = idOfKey();
      return keys.size === 0 ? {} : { keys: Object.fromEntries(keys) };
    },
    warnings: warningsAbout(view, targets),
  });
  return {
    ...answer,
    text: ({ style }) =>
      ids.map((id, at) => `Created ${style.bold(escapeText(id))}: ${shownTitle(drafts[at])}\n`).join(""),
    saved: ids.slice(0, mostNamed),
    notes: ids.length === 0 ? ["there was nothing to create"] : [],
  };
}

/** The ids are drawn anew by the real call, so none is shown. */
function rehearsed(view: TimedView, drafts: readonly Draft[], plan: DraftPlan): Result {
  const { data, warnings } = created(view, drafts, plan);
  return {
    data: () => ({ dry_run: true, ...Object(data()) }),
    text: () => drafts.map((draft) => `Would create "${shownTitle(draft)}"\n`).join(""),
    ids: [],
    warnings: warnings ?? [],
  };
}

function shownTitle(draft: Draft | undefined): string {
  return draft === undefined ? "" : escapeText(titleOf(draft.issue));
}

const mostNamed = 10;
