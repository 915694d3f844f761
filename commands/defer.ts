import { parseFutureDate } from "../model/date-input";
import { deferIssue } from "../model/defer";
import { defineBz } from "./command";
import { changeContext } from "./current-issue";
import { decideBatch, explained, explainedReason } from "./issue-batch";
import { changedIssues } from "./issue-reply";

export const command = defineBz({
  meta: {
    name: "defer",
    description:
      "Puts issues off: nobody is offered them until the date, when they come back by themselves; without a date, until `bz undefer`. An issue in progress is no longer held, but stays assigned.",
  },
  args: () => ({
    ids: { type: "positional", required: true, repeat: true, description: "The issues" },
    until: {
      type: "string",
      alias: "u",
      valueHint: "DATE",
      description: "2026-03-31, +6h, +2d, +3w, +1m (months), tomorrow, friday ...",
    },
    reason: explainedReason,
  }),
  answer: "changed-issues",
  examples: [
    "bz defer bd-x1y2 --until +2d",
    "bz defer bd-x1y2 bd-a3b4 --until monday -r 'Waiting for the new certificate'",
    "bz defer bd-x1y2",
  ],
  async run(context, args) {
    const until =
      args.until === undefined ? undefined : parseFutureDate("--until", args.until, context.nowMs);
    const reason = args.reason?.trim() ?? "";
    const { result, view } = context.write((current, info) =>
      decideBatch(current, args.ids, (item) => {
        const who = { nowMs: info.timeMs, actor: info.actor };
        return explained(
          item,
          deferIssue(item.issue, { until }, changeContext(item.line, info)),
          reason,
          who,
        );
      }),
    );
    const { done, unchanged, failures } = result;
    return changedIssues({
      view,
      ids: done,
      failures,
      verb: (id) => (unchanged.has(id) ? "Was deferred already:" : "Deferred"),
      detail: () => (until === undefined ? "" : `until ${until}`),
    });
  },
});
