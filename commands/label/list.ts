import { resolveId } from "../../model/issue-id";
import { countLabels } from "../../model/label-count";
import { escapeText } from "../../output/escape";
import { defineBz } from "../command";
import { currentOf } from "../current-issue";

export const command = defineBz({
  meta: {
    name: "label list",
    description: "Shows the labels of an issue, or without one all that are in use.",
  },
  args: () => ({ id: { type: "positional", required: false, description: "The issue" } }),
  answer: "labels",
  examples: ["bz label list bd-x1y2", "bz label list --json"],
  run(context, args) {
    return context.read(({ state, prefix }) => {
      const issue =
        args.id === undefined ? undefined : currentOf(state, resolveId(state, args.id, prefix)).issue;
      const labels =
        issue === undefined ? countLabels(state.allFacts()).map(({ label }) => label) : [...issue.labels];
      return {
        data: () => ({ labels, total: labels.length, returned: labels.length, truncated: false }),
        text: () => labels.map((label) => `${escapeText(label)}\n`).join(""),
        notes: labels.length > 0 ? [] : [issue === undefined ? "no labels" : `${issue.id} has no labels`],
      };
    });
  },
});
