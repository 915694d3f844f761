import { defineBz } from "../command";
import { changeLabels, labelArguments } from "../label-change";

export const command = defineBz({
  meta: {
    name: "label remove",
    description:
      "Takes labels away from issues. After the first word, whole ids of issues are issues and the other words are labels; with -l every word is an issue. A label that is not there changes nothing.",
  },
  args: () => labelArguments,
  answer: "label-changes",
  examples: ["bz label remove bd-x1y2 urgent", "bz label rm bd-x1y2 bd-a3b4 -l urgent,backend"],
  run: (context, args) => changeLabels(context, "removed", args),
});
