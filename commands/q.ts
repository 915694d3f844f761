import { defineBz } from "./command";
import { issueFieldArguments, parseEdge, readIssueFields } from "./issue-arguments";
import { createdIssue } from "./issue-reply";
import { decideNewIssue } from "./new-issue";

export const command = defineBz({
  meta: {
    name: "q",
    description: "Creates an issue and prints its id alone. The words of the title need no quotes.",
  },
  args: () => ({
    title: {
      type: "positional",
      required: true,
      repeat: true,
      text: true,
      description: "The title; `-` reads it from stdin",
    },
    priority: issueFieldArguments().priority,
    type: issueFieldArguments().type,
    label: {
      type: "string",
      alias: ["l", "labels"],
      repeat: true,
      description: "A label; repeatable, or a,b",
    },
    description: issueFieldArguments().description,
    parent: issueFieldArguments().parent,
    dep: issueFieldArguments().dep,
  }),
  answer: "created-issue",
  examples: [
    "bz q Fix the login page",
    "bz q 'Parser drops the last line' -t bug -p 1 -l parser",
    "id=$(bz q 'Write the docs')",
  ],
  async run(context, args) {
    const { issue_type, priority, description } = readIssueFields(args, context.nowMs);
    const fields = { title: args.title.join(" "), issue_type, priority, description, labels: args.label };
    const { result: id, view } = context.write((current, info) =>
      decideNewIssue(
        current,
        info,
        { fields, parent: args.parent, edges: args.dep?.map(parseEdge) },
        context.world.randomBytes,
      ),
    );
    return createdIssue(view, id, { isTerse: true });
  },
});
