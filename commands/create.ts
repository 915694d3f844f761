import { BzError } from "../model/errors";
import { escapeText } from "../output/escape";
import type { Result } from "../output/result";
import { defineBz } from "./command";
import type { Context } from "./context";
import { issueFieldArguments, parseEdge, readIssueFields } from "./issue-arguments";
import { createdIssue } from "./issue-reply";
import { decideNewIssue, type NewIssueRequest } from "./new-issue";

export const command = defineBz({
  meta: { name: "create", description: "Creates an issue and prints its id and title." },
  args: () => ({
    TITLE: {
      type: "positional",
      required: false,
      text: true,
      description: "1 to 500 characters; `-` reads stdin",
    },
    title: {
      type: "string",
      valueHint: "TEXT",
      text: true,
      description: "The title, when it is not the argument",
    },
    ...issueFieldArguments(),
    label: {
      type: "string",
      alias: ["l", "labels"],
      repeat: true,
      description: "A label; repeatable, or a,b",
    },
    id: { type: "string", valueHint: "ID", description: "The id to take instead of a random one" },
    file: {
      type: "string",
      alias: "f",
      valueHint: "FILE.md",
      description: "Create the issues that the headings of a Markdown file describe, all or none",
    },
    graph: {
      type: "string",
      valueHint: "PLAN.json",
      description: "Create the issues of a plan and the edges between them, all or none",
    },
    "dry-run": { type: "boolean", description: "Check everything, create nothing" },
    silent: { type: "boolean", description: "Print the id alone" },
  }),
  answer: "created-issue-or-issues",
  examples: [
    "bz create 'Login fails on Safari' -t bug -p 1 -l web,login",
    "bz create 'Write the guide' --parent bd-x1y2 --dep bd-a3b4 --due +2w",
    "git log -1 --format=%B | bz create 'Look into this' -d -",
    "bz create --graph plan.json --dry-run",
  ],
  async run(context, args) {
    if (args.file !== undefined || args.graph !== undefined) {
      const { createFromFile } = await import("./create-from-file");
      return createFromFile(context, args);
    }
    const title = args.TITLE ?? args.title;
    if (title === undefined)
      throw new BzError("USAGE", "create needs TITLE", { hint: "bz create 'What is to be done'" });
    if (args.TITLE !== undefined && args.title !== undefined) {
      throw new BzError("USAGE", "the title is given twice", {
        hint: "leave out --title, or put the title in quotes",
      });
    }
    const { estimated_minutes, ...fields } = readIssueFields(args, context.nowMs);
    const request = {
      fields: {
        ...fields,
        title,
        labels: args.label,
        estimated_minutes: estimated_minutes ?? undefined,
        metadata: fields.metadata === "" ? undefined : fields.metadata,
      },
      id: args.id,
      parent: args.parent,
      edges: args.dep?.map(parseEdge),
    };
    if (args["dry-run"] === true) return rehearse(context, request);
    const { result: id, view } = context.write((current, info) =>
      decideNewIssue(current, info, request, context.world.randomBytes),
    );
    return createdIssue(view, id, { isTerse: args.silent === true });
  },
});

/** Everything but the writing: what a real call would refuse, this one refuses, too. */
async function rehearse(context: Context, request: NewIssueRequest): Promise<Result> {
  const info = context.transaction();
  return context.read((view) => {
    const { operations, result: id } = decideNewIssue(view, info, request, context.world.randomBytes);
    const state = view.state.fork();
    for (const operation of operations) state.apply(operation, view.sequence);
    const { data, warnings } = createdIssue({ ...view, state }, id, { isTerse: false });
    return {
      data: () => ({ dry_run: true, issue: data() }),
      text: () => `Would create "${escapeText(request.fields.title.trim())}"\n`,
      ids: [],
      warnings: warnings ?? [],
    };
  });
}
