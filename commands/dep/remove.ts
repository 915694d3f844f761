import { normaliseDependencyType, parentChild } from "../../model/dependency";
import { escapeText } from "../../output/escape";
import { defineBz } from "../command";
import { decideRemovedEdges } from "../decisions/removed-edges";

export const command = defineBz({
  meta: {
    name: "dep remove",
    description:
      "Takes a dependency away, whatever its type is; with -t only that type. One that is not there is an error, since it may be a mistaken id that still holds something up.",
  },
  args: () => ({
    issue: { type: "positional", required: true, description: "The issue that depends" },
    on: { type: "positional", required: true, description: "The issue that it depends on" },
    type: { type: "string", alias: "t", description: "Only edges of this type" },
  }),
  answer: "removed-dependency",
  examples: ["bz dep remove bd-x1y2 bd-a3b4", "bz dep rm bd-x1y2 bd-a3b4 -t related"],
  async run(context, args) {
    const type = args.type === undefined ? undefined : normaliseDependencyType(args.type);
    const { result } = context.write((current, info) =>
      decideRemovedEdges(current, info, { issue: args.issue, on: args.on, type }),
    );
    const { id, target, types } = result;
    return {
      data: () => ({
        status: "removed",
        action: "removed",
        issue_id: id,
        depends_on_id: target,
        type: types[0] ?? null,
        types: [...types],
      }),
      text: ({ style }) => {
        const [child, other] = [id, target].map((one) => style.bold(escapeText(one)));
        return types
          .map((removed) =>
            removed === parentChild
              ? `${child} is no longer part of ${other}\n`
              : `${child} no longer depends on ${other} (${escapeText(removed)})\n`,
          )
          .join("");
      },
      ids: [id],
      saved: [id],
    };
  },
});
