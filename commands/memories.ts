import { findMemories } from "../model/memory";
import { formatMemories } from "../output/memory-list";
import { defineBz } from "./command";
import { parseWholeNumber } from "./issue-arguments";
import { memoriesDocument } from "./memory-reply";

export const command = defineBz({
  meta: {
    name: "memories",
    description: "Shows what is remembered, by key: everything, or what holds all words of a query.",
  },
  args: {
    query: {
      type: "positional",
      required: false,
      repeat: true,
      description: "Words that stand in the key or the text, in any case",
    },
    limit: { type: "string", alias: "n", valueHint: "N", description: "At most N; 0: all" },
  },
  answer: "memories",
  examples: ["bz memories", "bz memories postgres port", "bz memories --json"],
  run(context, args) {
    const usual = context.isForReading ? 50 : 0;
    const limit = args.limit === undefined ? usual : parseWholeNumber("--limit", args.limit);
    return context.read(({ state }) => {
      const found = findMemories(state, args.query?.join(" ") ?? "");
      const shown = limit === 0 ? found : found.slice(0, limit);
      const left = found.length - shown.length;
      return {
        data: () => memoriesDocument(shown, found.length, left > 0),
        text: (screen) => formatMemories(shown, screen),
        ids: shown.map(({ key }) => key),
        notes:
          found.length === 0
            ? [args.query === undefined ? "nothing is remembered yet" : "nothing that is remembered matches"]
            : left > 0
              ? [`${left} more; -n 0 shows all`]
              : [],
      };
    });
  },
});
