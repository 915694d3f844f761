import { type Draft, type DraftPlan, planDrafts } from "../model/draft";
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
    const info = await context.transaction();
    return context.read((view) => {
      const planned = plan(view, info);
      const state = view.state.fork();
      for (const operation of planned.operations) state.apply(operation, view.sequence);
      return rehearsed({ ...view, state }, planned);
    });
  }
  context.tellLag();
  const { result, view } = await context.write((current, info) => {
    const planned = plan(current, info);
    return { operations: planned.operations, result: planned };
  });
  return created(view, result);
}

function created(view: TimedView, { ids, idOfKey, targets }: DraftPlan): Result {
  const answer = changedIssues({
    view,
    ids,
    failures: [],
    verb: () => "Created",
    facts: () => (idOfKey.size === 0 ? {} : { keys: Object.fromEntries(idOfKey) }),
    warnings: warningsAbout(view, targets),
  });
  return {
    ...answer,
    saved: ids.slice(0, mostNamed),
    notes: ids.length === 0 ? ["there was nothing to create"] : [],
  };
}

/** The ids are drawn anew by the real call, so none is shown. */
function rehearsed(view: TimedView, plan: DraftPlan): Result {
  const { data, warnings } = created(view, plan);
  const titles = plan.ids.map((id) => view.state.issue(id)?.title ?? "");
  return {
    data: () => ({ dry_run: true, ...Object(data()) }),
    text: () => titles.map((title) => `Would create "${escapeText(title)}"\n`).join(""),
    ids: [],
    warnings: warnings ?? [],
  };
}

const mostNamed = 10;
