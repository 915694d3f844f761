import { formatQueries } from "../../output/query-list";
import { defineBz } from "../command";
import { queriesDocument, readSaved } from "../saved-query";

export const command = defineBz({
  meta: { name: "query list", description: "Shows the saved queries, by name." },
  args: () => ({}),
  answer: "queries",
  examples: ["bz query list", "bz query list --json"],
  run: (context) =>
    context.read(({ state }) => {
      const records = [...state.records("query")];
      return {
        data: () => queriesDocument(records),
        text: (screen) => formatQueries(records.map(readSaved), screen),
        ids: records.map(({ key }) => key),
        notes: records.length === 0 ? ["no query is saved yet"] : [],
      };
    }),
});
