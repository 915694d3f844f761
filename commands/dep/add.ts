import { parentChild, parseDependencyType } from "../../model/dependency";
import { BzError } from "../../model/errors";
import { escapeText } from "../../output/escape";
import { defineBz } from "../command";
import { decideAddedEdge, type EdgeRequest } from "../decisions/added-edge";
import { warningsAbout } from "../edges";
import { parseMetadata } from "../metadata-input";

export const command = defineBz({
  meta: {
    name: "dep add",
    description:
      "Lets an issue depend on another one. An edge that stands already changes nothing; one after which issues would wait for each other is refused. A whole id that is unknown here is kept with a warning. `-t parent-child` sets the parent.",
  },
  args: () => ({
    issue: {
      type: "positional",
      required: true,
      description: "The issue that depends, or with --blocks the one that is depended on",
    },
    on: { type: "positional", required: false, description: "The issue that it depends on" },
    "blocked-by": {
      type: "string",
      alias: ["depends-on"],
      valueHint: "ID",
      description: "The same as ON",
    },
    blocks: {
      type: "string",
      alias: "b",
      valueHint: "ID",
      description: "The other way round: ID depends on ISSUE",
    },
    type: {
      type: "string",
      alias: "t",
      description: "blocks, parent-child, waits-for, conditional-blocks, related, discovered-from ...",
    },
    metadata: {
      type: "string",
      alias: "m",
      valueHint: "JSON",
      text: true,
      description: "Any JSON of your own",
    },
  }),
  answer: "added-dependency",
  examples: [
    "bz dep add bd-x1y2 bd-a3b4",
    "bz dep add bd-x1y2 bd-a3b4 -t discovered-from",
    "bz dep bd-a3b4 --blocks bd-x1y2",
  ],
  async run(context, args) {
    const request = readRequest(args);
    const { result, view } = context.write((current, info) => decideAddedEdge(current, info, request));
    const { id, target, before, status } = result;
    const { type } = request;
    return {
      data: () => ({
        status,
        action: status,
        issue_id: id,
        depends_on_id: target,
        type,
        ...(request.metadata === undefined ? {} : { metadata: request.metadata }),
      }),
      text: ({ style }) => {
        const [child, other] = [id, target].map((one) => style.bold(escapeText(one)));
        const instead = before === undefined ? "" : ` instead of ${escapeText(before)}`;
        if (type === parentChild)
          return `${child} ${status === "added" ? "is now" : "was already"} part of ${other}${instead}\n`;
        return `${child} ${verbs[status]} on ${other} (${type})${status === "updated" ? " with other metadata" : ""}\n`;
      },
      ids: [id],
      saved: [id],
      warnings: warningsAbout(view, [target]),
    };
  },
});

const verbs = { added: "now depends", updated: "depends", unchanged: "depended already" } as const;

function readRequest(args: {
  readonly issue: string;
  readonly on: string | undefined;
  readonly "blocked-by": string | undefined;
  readonly blocks: string | undefined;
  readonly type: string | undefined;
  readonly metadata: string | undefined;
}): EdgeRequest {
  const { issue, blocks } = args;
  const given = [args.on, args["blocked-by"], blocks].filter((text) => text !== undefined);
  const [other] = given;
  if (other === undefined)
    throw new BzError("USAGE", "dep add needs the issue to depend on", { hint: "bz dep add ISSUE ON" });
  if (given.length > 1) {
    throw new BzError("USAGE", "dep add makes one edge, and was given several other ends", {
      hint: "give ON, or --blocked-by, or --blocks",
    });
  }
  const type = args.type === undefined ? "blocks" : parseDependencyType(args.type);
  const metadata = args.metadata?.trim() || undefined;
  if (metadata !== undefined) parseMetadata(metadata);
  if (metadata !== undefined && type === parentChild) {
    throw new BzError("USAGE", "a parent has no --metadata", {
      hint: "leave it out, or use `bz update --metadata` on the issue",
    });
  }
  return blocks === undefined
    ? { issue, on: other, type, metadata }
    : { issue: blocks, on: issue, type, metadata };
}
