import { BzError } from "../../model/errors";
import { setRecord } from "../../model/record-change";
import { escapeText } from "../../output/escape";
import { defineBz } from "../command";
import { readListing, readQuery } from "../query-answer";
import { expressionArgument, querySelection } from "../query-arguments";
import { flagsOf, queriesDocument, savedText } from "../saved-query";

export const command = defineBz({
  meta: {
    name: "query save",
    description:
      "Keeps an expression, filters, or both, under a name, for everybody who works with this store. `me`, --mine and dates from now are read when the query runs.",
  },
  args: () => ({
    name: { type: "positional", required: true, description: "Letters, digits, - and _" },
    expression: { ...expressionArgument, required: false },
    description: { type: "string", alias: "d", valueHint: "TEXT", text: true, description: "What it is for" },
    replace: { type: "boolean", description: "Instead of the one that has the name" },
    ...querySelection,
  }),
  answer: "queries",
  examples: [
    "bz query save urgent 'priority<2 and assignee=none' -d 'Nobody has it yet'",
    "bz query save my-bugs --mine -t bug --sort updated",
  ],
  async run(context, args) {
    const { name, expression: words, description, replace, ...selection } = args;
    checkName(name);
    const expression = words?.join(" ");
    if (expression === undefined && flagsOf(selection).length === 0) {
      throw new BzError("USAGE", "there is nothing to save: neither an expression nor a filter", {
        hint: "`bz query save NAME 'priority<2'`, or with the flags of `bz list`",
      });
    }
    readListing(context, selection);
    const select = await readQuery(context, { expression, selections: [selection], page: selection });
    const text = savedText({ description, expression, flags: flagsOf(selection) });
    const { result, view } = context.write((current, info) => {
      select(current);
      const present = current.state.record("query", name);
      const who = { nowMs: info.timeMs, actor: info.actor };
      const operation = setRecord("query", name, text, present, who);
      if (operation !== undefined && present !== undefined && replace !== true) throw nameTaken(name);
      return { operations: operation === undefined ? [] : [operation], result: operation !== undefined };
    });
    const record = view.state.record("query", name);
    return {
      data: () => queriesDocument(record === undefined ? [] : [record]),
      text: ({ style }) => `${result ? "Saved" : "Saved already:"} ${style.bold(escapeText(name))}\n`,
      ids: [name],
      saved: result ? [name] : [],
    };
  },
});

/** @throws BzError USAGE */
function checkName(name: string): void {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(name)) return;
  throw new BzError("USAGE", `"${name}" cannot be the name of a query`, {
    hint: "use letters, digits, - and _, 64 at most; the expression stands behind the name",
  });
}

function nameTaken(name: string): BzError {
  return new BzError("ALREADY_EXISTS", `there is another saved query "${name}"`, {
    hint: "`bz query list` shows what it is; choose another name, or say --replace",
    context: { name },
  });
}
