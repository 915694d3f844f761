import { memoryOf } from "../model/memory";
import { escapeLines } from "../output/escape";
import { defineBz } from "./command";
import { memoriesDocument } from "./memory-reply";

export const command = defineBz({
  meta: { name: "recall", description: "Shows the text that is remembered under a key." },
  args: () => ({ key: { type: "positional", required: true, description: "The key" } }),
  answer: "memories",
  examples: ["bz recall db", "bz recall db --json"],
  run(context, args) {
    return context.read(({ state }) => {
      const memory = memoryOf(state, args.key);
      return {
        data: () => memoriesDocument([memory]),
        text: () => `${escapeLines(memory.value)}\n`,
        ids: [memory.key],
      };
    });
  },
});
