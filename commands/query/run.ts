import { defineBz } from "../command";
import { answerQuery } from "../query-answer";
import { querySelection } from "../query-arguments";
import { readSaved, savedRecord, savedSelection } from "../saved-query";

export const command = defineBz({
  meta: {
    name: "query run",
    description:
      "Lists what a saved query finds. Further filters narrow it down; --sort, -n and the like go before what was saved.",
  },
  args: () => ({
    name: { type: "positional", required: true, description: "The saved query" },
    ...querySelection,
  }),
  answer: "issues",
  examples: ["bz query run urgent", "bz query run my-bugs -l parser --json"],
  run(context, args) {
    const { name, ...further } = args;
    const saved = readSaved(context.store.read(({ state }) => savedRecord(state, name)));
    const selection = savedSelection(saved);
    const given = Object.fromEntries(Object.entries(further).filter(([, value]) => value !== undefined));
    return answerQuery(context, {
      expression: saved.expression,
      selections: [selection, further],
      page: { ...selection, ...given },
    });
  },
});
