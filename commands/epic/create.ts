import { defineBz } from "../command";
import { issueFieldArguments, parseEdge, readIssueFields } from "../issue-arguments";
import { createdIssue } from "../issue-reply";
import { decideNewIssue } from "../new-issue";

const { type: _, ...fieldArguments } = issueFieldArguments();

export const command = defineBz({
  meta: {
    name: "epic create",
    description:
      "Creates an epic: an issue that is done when its parts are. The same as `bz create -t epic`.",
  },
  args: () => ({
    title: {
      type: "positional",
      required: true,
      text: true,
      description: "1 to 500 characters; `-` reads stdin",
    },
    ...fieldArguments,
    label: {
      type: "string",
      alias: ["l", "labels"],
      repeat: true,
      description: "A label; repeatable, or a,b",
    },
  }),
  answer: "created-issue",
  examples: [
    "bz epic create 'Payments'",
    "bz epic create 'Payments' -p 1 -d 'All that has to do with money'",
  ],
  async run(context, args) {
    const { estimated_minutes, ...fields } = readIssueFields(args, context.nowMs);
    const request = {
      fields: {
        ...fields,
        title: args.title,
        issue_type: "epic",
        labels: args.label,
        estimated_minutes: estimated_minutes ?? undefined,
        metadata: fields.metadata === "" ? undefined : fields.metadata,
      },
      parent: args.parent,
      edges: args.dep?.map(parseEdge),
    };
    const { result: id, view } = context.write((current, info) =>
      decideNewIssue(current, info, request, context.world.randomBytes),
    );
    return createdIssue(view, id, { isTerse: false });
  },
});
