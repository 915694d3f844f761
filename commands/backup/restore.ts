import type { JsonObject } from "../../model/json";
import { planRestore, type RestorePlan } from "../../model/restore";
import { escapeText } from "../../output/escape";
import type { Result } from "../../output/result";
import type { OpenBackup, TransactionInfo, View } from "../../storage/store";
import { changesDocument } from "../backup-reply";
import { defineBz } from "../command";

export const command = defineBz({
  meta: {
    name: "backup restore",
    description:
      "Makes the issues, and what is remembered, what they were in a backup, as one change that `bz undo` takes back; another backup is made before. Issues that came later stay, unless --exact deletes them. A damaged backup is refused before anything is done; what was purged does not come back.",
  },
  args: () => ({
    name: {
      type: "positional",
      required: true,
      description: "The backup; the beginning of its name will do",
    },
    exact: { type: "boolean", description: "Delete issues, and forget memories, that came after the backup" },
    "dry-run": { type: "boolean", alias: "n", description: "Say what would change, change nothing" },
  }),
  answer: "restored-backup",
  examples: ["bz backup restore 20260115-120000-x1y2 --dry-run", "bz backup restore 20260115 --exact"],
  async run(context, args) {
    const backups = await context.store.backups();
    const backup = backups.open(args.name);
    try {
      const planOn = ({ state }: View, info: TransactionInfo): RestorePlan =>
        planRestore(state, backup.state, backup.records, {
          isExact: args.exact === true,
          reason: `not in backup ${backup.name}`,
          nowMs: info.timeMs,
          actor: info.actor,
        });
      const info = context.transaction();
      const rehearsed = context.store.read((view) => planOn(view, info));
      if (args["dry-run"] === true) return restoreReply(backup, rehearsed, { isRehearsal: true });
      if (rehearsed.operations.length === 0) return restoreReply(backup, rehearsed, {});
      const safety = backups.create(info, `before restoring ${backup.name}`);
      const { result } = context.write((view, own) => {
        const plan = planOn(view, own);
        return { operations: plan.operations, result: plan };
      });
      return restoreReply(backup, result, { safety: safety.name });
    } finally {
      backup.close();
    }
  },
});

function restoreReply(
  { name }: OpenBackup,
  { issues, records, kept, purged }: RestorePlan,
  { isRehearsal = false, safety }: { isRehearsal?: boolean; safety?: string },
): Result {
  const count = (change: string) => issues.filter((each) => each.change === change).length;
  const document = (): JsonObject => ({
    backup: name,
    ...(isRehearsal ? { dry_run: true } : {}),
    ...(safety === undefined ? {} : { safety_backup: safety }),
    restored: count("restored"),
    added: count("added"),
    deleted: count("deleted"),
    kept,
    ...(purged.length === 0 ? {} : { purged: [...purged] }),
    ...changesDocument(issues, records),
  });
  const ids = issues.map(({ id }) => id);
  return {
    data: document,
    text: ({ style }) =>
      [
        ...issues.map(({ id, title, change, items }) => {
          const what = items.length === 0 ? "" : ` (${escapeText(items.join(", "))})`;
          return `${verbFor(change, isRehearsal)} ${style.bold(escapeText(id))}: ${escapeText(title)}${what}\n`;
        }),
        ...records.map(
          ({ type, key, change }) =>
            `${verbFor(change, isRehearsal)} ${escapeText(type)} "${escapeText(key)}"\n`,
        ),
      ].join(""),
    ids: isRehearsal ? [] : ids,
    saved: isRehearsal ? [] : ids,
    notes: [
      ...(issues.length + records.length === 0 ? [`everything is as in ${name}`] : []),
      ...(kept > 0 ? [`${kept} that came later ${kept === 1 ? "stays" : "stay"}; --exact deletes them`] : []),
      ...(safety === undefined ? [] : [`what was there before is in ${safety}; \`bz undo\` takes this back`]),
    ],
    warnings: purged.map((id) => `${id} was purged since; it stays so`),
  };
}

function verbFor(change: "restored" | "added" | "deleted", isRehearsal: boolean): string {
  const [told, said] = {
    restored: ["restore", "Restored"],
    added: ["add", "Added"],
    deleted: ["delete", "Deleted"],
  }[change];
  return isRehearsal ? `Would ${told}` : (said ?? "");
}
