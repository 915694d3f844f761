import { parseDuration } from "../../model/date-input";
import { escapeText } from "../../output/escape";
import { backupRow } from "../backup-reply";
import { defineBz } from "../command";
import { parseWholeNumber } from "../issue-arguments";

export const command = defineBz({
  meta: {
    name: "backup prune",
    description:
      "Removes old backups: all but the newest ten, or as many as --keep says; with --older-than only those among them that are as old as that. Damaged ones neither count nor go.",
  },
  args: () => ({
    keep: {
      type: "string",
      alias: "k",
      valueHint: "N",
      description: "How many stay in any case; 10 unless given",
    },
    "older-than": {
      type: "string",
      valueHint: "SPAN",
      description: "Only those that are older: 30d, 12h, 2w",
    },
    "dry-run": { type: "boolean", alias: "n", description: "Say which would go, remove nothing" },
  }),
  answer: "removed-backups",
  examples: ["bz backup prune --dry-run", "bz backup prune --keep 3 --older-than 30d"],
  async run(context, args) {
    const keep = args.keep === undefined ? 10 : parseWholeNumber("--keep", args.keep);
    const minimumAgeMs = args["older-than"] === undefined ? 0 : parseDuration(args["older-than"]);
    const isRehearsal = args["dry-run"] === true;
    const backups = await context.store.backups();
    const whole = backups.list().filter(({ damage }) => damage === undefined);
    const old = whole
      .slice(keep)
      .filter(({ createdMs }) => minimumAgeMs === 0 || context.nowMs - createdMs >= minimumAgeMs);
    const names = old.map(({ name }) => name);
    if (!isRehearsal && names.length > 0) backups.remove(names);
    const kept = whole.length - old.length;
    return {
      data: () => ({
        ...(isRehearsal ? { dry_run: true } : {}),
        backups: old.map(backupRow),
        total: old.length,
        returned: old.length,
        truncated: false,
        kept,
      }),
      text: () =>
        names.map((name) => `${isRehearsal ? "Would remove" : "Removed"} ${escapeText(name)}\n`).join(""),
      ids: isRehearsal ? [] : names,
      notes: names.length === 0 ? [`nothing to remove; ${kept} kept`] : [`${kept} kept`],
    };
  },
});
