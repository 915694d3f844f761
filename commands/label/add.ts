import { defineBz } from "../command";
import { changeLabels, labelArguments } from "../label-change";

export const command = defineBz({
  meta: {
    name: "label add",
    description:
      "Adds labels to issues. After the first word, whole ids of issues are issues and the other words are labels; with -l every word is an issue. A label that is there already changes nothing.",
  },
  args: () => labelArguments,
  answer: "label-changes",
  examples: [
    "bz label add bd-x1y2 urgent backend",
    "bz label add bd-x1y2 bd-a3b4 urgent",
    "bz label add bd-x1y2 bd-a3b4 -l urgent,backend",
  ],
  run: (context, args) => changeLabels(context, "added", args),
});
