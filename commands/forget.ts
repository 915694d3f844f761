import { memoryOf } from "../model/memory";
import { removeRecord } from "../model/record-change";
import { escapeText } from "../output/escape";
import { defineBz } from "./command";
import { memoriesDocument } from "./memory-reply";

export const command = defineBz({
  meta: {
    name: "forget",
    description:
      "Removes what is remembered under a key. `bz undo` brings it back; with --json the answer says once more what it was.",
  },
  args: () => ({ key: { type: "positional", required: true, description: "The key" } }),
  answer: "memories",
  examples: ["bz forget db"],
  async run(context, args) {
    const { result: memory } = context.write(({ state }, info) => {
      const present = memoryOf(state, args.key);
      const who = { nowMs: info.timeMs, actor: info.actor };
      return { operations: [removeRecord(present, who)], result: present };
    });
    return {
      data: () => memoriesDocument([memory]),
      text: ({ style }) => `Forgot ${style.bold(escapeText(memory.key))}\n`,
      ids: [memory.key],
      saved: [memory.key],
    };
  },
});
