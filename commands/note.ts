import { editIssue } from "../model/change";
import { validateNoteText } from "../model/comment";
import { resolveId } from "../model/issue-id";
import { defineBz } from "./command";
import { changeContext, currentOf } from "./current-issue";
import { changedIssues } from "./issue-reply";
import { readSpokenText, spokenTextArguments } from "./spoken-text";

export const command = defineBz({
  meta: {
    name: "note",
    description:
      "Adds a line to the notes of an issue, below what stands there. The words of the text need no quotes. What somebody else should answer is a comment.",
  },
  args: () => ({
    id: { type: "positional", required: true, description: "The issue" },
    ...spokenTextArguments,
  }),
  answer: "changed-issues",
  examples: ["bz note bd-x1y2 Tried the cache, no difference", "bz note bd-x1y2 --message @findings.md"],
  async run(context, args) {
    const text = validateNoteText(await readSpokenText("note", args, context.world));
    const { result: id, view } = context.write((current, info) => {
      const { issue, line } = currentOf(current.state, resolveId(current.state, args.id, current.prefix));
      const change = editIssue(issue, { append_notes: text }, changeContext(line, info));
      return { operations: change === undefined ? [] : [change], result: issue.id };
    });
    return changedIssues({ view, ids: [id], failures: [], verb: () => "Noted on" });
  },
});
