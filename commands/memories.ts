import { findMemories } from "../model/memory";
import { formatMemories } from "../output/memory-list";
import { defineBz } from "./command";
import { partArguments, partOf, readPart } from "./list-part";
import { memoriesDocument } from "./memory-reply";

export const command = defineBz({
  meta: {
    name: "memories",
    description: "Shows what is remembered, by key: everything, or what holds all words of a query.",
  },
  args: () => ({
    query: {
      type: "positional",
      required: false,
      repeat: true,
      description: "Words that stand in the key or the text, in any case",
    },
    ...partArguments(),
  }),
  answer: "memories",
  examples: ["bz memories", "bz memories postgres port", "bz memories --json"],
  run(context, args) {
    const part = readPart(context, args);
    return context.read(({ state }) => {
      const found = findMemories(state, args.query?.join(" ") ?? "");
      const whenEmpty =
        args.query === undefined ? "nothing is remembered yet" : "nothing that is remembered matches";
      const { shown, page, notes } = partOf(found, part, whenEmpty);
      return {
        data: () => memoriesDocument(shown, page),
        text: (screen) => formatMemories(shown, screen),
        ids: shown.map(({ key }) => key),
        notes,
      };
    });
  },
});
