import { BzError } from "../model/errors";
import { escapeText } from "../output/escape";
import { defineBz } from "./command";

export const command = defineBz({
  meta: {
    name: "init",
    description:
      "Makes a workspace: `.beads/` at the root of the repository, or in the current directory where there is none. What is there already is never touched.",
  },
  args: () => ({
    PREFIX: { type: "positional", required: false, description: "What ids begin with; default bd" },
    prefix: { type: "string", alias: "p", valueHint: "PREFIX", description: "The same as a flag" },
    here: { type: "boolean", description: "In the current directory, even inside a repository" },
  }),
  answer: "initialised",
  examples: ["bz init", "bz init web", "bz init --here"],
  async run(context, args) {
    if (args.PREFIX !== undefined && args.prefix !== undefined) {
      throw new BzError("USAGE", "the prefix is given twice", { hint: "leave one of the two out" });
    }
    const prefix = args.PREFIX ?? args.prefix;
    const options = { here: args.here === true, ...(prefix === undefined ? {} : { prefix }) };
    const report = await context.world.initStore(context.storeRequest(), options);
    const { workspace, issues, notices } = report;
    const taken = issues === 0 ? "" : `, ${issues} issues taken in from issues.jsonl`;
    return {
      data: () => ({ path: workspace.beadsPath, prefix: report.prefix, issues }),
      text: () => `Made ${escapeText(workspace.beadsPath)} (prefix ${escapeText(report.prefix)}${taken})\n`,
      ids: [],
      warnings: notices,
    };
  },
});
