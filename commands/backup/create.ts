import { BzError } from "../../model/errors";
import { escapeText } from "../../output/escape";
import { formatSize } from "../../output/size";
import { backupRow } from "../backup-reply";
import { defineBz } from "../command";

export const command = defineBz({
  meta: {
    name: "backup create",
    description:
      "Copies everything that snapshot and log say now into one file of `.beads/store/backups/`, and reads it back. What others wrote into issues.jsonl is taken in before. Backups stay in this clone: copy them elsewhere, or keep an export, against the loss of the disk.",
  },
  args: () => ({ note: { type: "string", text: true, description: "Why it is made" } }),
  answer: "backup",
  examples: ["bz backup create", "bz backup create --note 'before the big clean-up' --json"],
  async run(context, args) {
    const note = args.note?.trim() ?? "";
    if (note.length > longestNote)
      throw new BzError("INVALID", `a note has ${longestNote} characters at most`, { hint: "say less" });
    const info = context.transaction();
    const backup = (await context.store.backups()).create(info, note);
    return {
      data: () => backupRow(backup),
      text: ({ style }) =>
        `Backed up ${backup.content?.issues} issues as ${style.bold(escapeText(backup.name))} (${formatSize(backup.bytes)})\n`,
      ids: [backup.name],
      saved: [backup.name],
    };
  },
});

const longestNote = 500;
