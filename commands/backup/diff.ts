import { differingIssues, differingRecords } from "../../model/state-difference";
import { escapeText } from "../../output/escape";
import { changesDocument } from "../backup-reply";
import { defineBz } from "../command";

export const command = defineBz({
  meta: {
    name: "backup diff",
    description:
      "Shows what has changed since a backup: issues that were added or removed, and of others what they say differently now.",
  },
  args: () => ({
    name: {
      type: "positional",
      required: true,
      description: "The backup; the beginning of its name will do",
    },
  }),
  answer: "backup-difference",
  examples: ["bz backup diff 20260115-120000-x1y2", "bz backup diff 20260115 --json"],
  async run(context, args) {
    const backup = (await context.store.backups()).open(args.name);
    try {
      return context.read(({ state }) => {
        const changes = differingIssues(backup.state, state);
        const records = differingRecords(backup.records, state.records());
        const count = (change: string) => changes.filter((each) => each.change === change).length;
        return {
          data: () => ({
            backup: backup.name,
            added: count("added"),
            removed: count("removed"),
            modified: count("modified"),
            ...changesDocument(changes, records),
          }),
          text: ({ style }) =>
            [
              ...changes.map(({ id, title, change, items }) => {
                const what = items.length === 0 ? "" : ` (${escapeText(items.join(", "))})`;
                return `${change.padEnd(8)}  ${style.bold(escapeText(id))}: ${escapeText(title)}${what}\n`;
              }),
              ...records.map(
                ({ type, key, change }) => `${change.padEnd(8)}  ${escapeText(type)} "${escapeText(key)}"\n`,
              ),
            ].join(""),
          ids: changes.map(({ id }) => id),
          notes: changes.length + records.length === 0 ? ["nothing has changed since"] : [],
        };
      });
    } finally {
      backup.close();
    }
  },
});
