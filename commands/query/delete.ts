import { removeRecord } from "../../model/record-change";
import { escapeText } from "../../output/escape";
import { defineBz } from "../command";
import { queriesDocument, savedRecord } from "../saved-query";

export const command = defineBz({
  meta: {
    name: "query delete",
    description:
      "Removes a saved query. `bz undo` brings it back; with --json the answer says once more what it was.",
  },
  args: () => ({ name: { type: "positional", required: true, description: "The saved query" } }),
  answer: "queries",
  examples: ["bz query delete urgent"],
  async run(context, args) {
    const { result: record } = context.write(({ state }, info) => {
      const present = savedRecord(state, args.name);
      const who = { nowMs: info.timeMs, actor: info.actor };
      return { operations: [removeRecord(present, who)], result: present };
    });
    return {
      data: () => queriesDocument([record]),
      text: ({ style }) => `Deleted ${style.bold(escapeText(record.key))}\n`,
      ids: [record.key],
      saved: [record.key],
    };
  },
});
