import { findCycles } from "../../model/cycles";
import { escapeText } from "../../output/escape";
import { defineBz } from "../command";

export const command = defineBz({
  meta: {
    name: "dep cycles",
    description:
      "Shows issues that wait for each other and so can never be ready; merging two clones can make such circles, commands refuse to. Each issue in any circle is in at least one that is shown. Take one edge of each away with `bz dep remove`.",
  },
  args: () => ({}),
  answer: "cycles",
  examples: ["bz dep cycles", "bz dep cycles --json"],
  run(context) {
    return context.read(({ state }) => {
      const cycles = findCycles(state);
      return {
        data: () => ({
          cycles,
          count: cycles.length,
          total: cycles.length,
          returned: cycles.length,
          truncated: false,
        }),
        text: () =>
          cycles.map((ids) => `${[...ids, ...ids.slice(0, 1)].map(escapeText).join(" -> ")}\n`).join(""),
        ids: [...new Set(cycles.flat())],
        notes: cycles.length === 0 ? ["no issues wait for each other"] : [],
      };
    });
  },
});
