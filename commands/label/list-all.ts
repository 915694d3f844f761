import { countLabels } from "../../model/label-count";
import { escapeText } from "../../output/escape";
import { formatTable } from "../../output/table";
import { defineBz } from "../command";

export const command = defineBz({
  meta: {
    name: "label list-all",
    description: "Shows every label and how many issues have it; deleted issues do not count.",
  },
  args: () => ({}),
  answer: "label-counts",
  examples: ["bz label list-all", "bz label list-all --json"],
  run(context) {
    return context.read(({ state }) => {
      const counts = countLabels(state.allFacts());
      return {
        data: () => ({
          labels: counts.map(({ label, count }) => ({ label, count })),
          total: counts.length,
          returned: counts.length,
          truncated: false,
        }),
        text: (screen) =>
          screen.isTerminal
            ? formatTable(
                [
                  { heading: "LABEL", cell: ({ label }) => escapeText(label), isFlexible: true },
                  { heading: "ISSUES", cell: ({ count }) => String(count) },
                ],
                counts,
                screen,
              )
            : counts.map(({ label, count }) => `${escapeText(label)}  ${count}\n`).join(""),
        ids: counts.map(({ label }) => label),
        notes: counts.length > 0 ? [] : ["no labels"],
      };
    });
  },
});
