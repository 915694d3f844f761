import { formatTime } from "../../model/time";
import { escapeText } from "../../output/escape";
import { formatSize } from "../../output/size";
import { formatTable } from "../../output/table";
import type { Backup } from "../../storage/store";
import { backupRow } from "../backup-reply";
import { defineBz } from "../command";

export const command = defineBz({
  meta: { name: "backup list", description: "Shows the backups of this store, the newest first." },
  args: () => ({}),
  answer: "backups",
  examples: ["bz backup", "bz backup list --json"],
  async run(context) {
    const backups = (await context.store.backups()).list();
    return {
      data: () => ({
        backups: backups.map(backupRow),
        total: backups.length,
        returned: backups.length,
        truncated: false,
      }),
      text: (screen) =>
        screen.isTerminal ? formatTable(columns, backups, screen) : backups.map(plainLine).join(""),
      ids: backups.map(({ name }) => name),
      notes: backups.length === 0 ? ["there is no backup yet; `bz backup create` makes one"] : [],
      warnings: backups.flatMap(({ damage }) => damage ?? []),
    };
  },
});

const columns = [
  { heading: "NAME", cell: ({ name }: Backup) => escapeText(name) },
  { heading: "CREATED", cell: ({ createdMs }: Backup) => formatTime(createdMs) },
  { heading: "ISSUES", cell: ({ content }: Backup) => String(content?.issues ?? "damaged") },
  { heading: "SIZE", cell: ({ bytes }: Backup) => formatSize(bytes) },
  { heading: "NOTE", cell: ({ content }: Backup) => escapeText(content?.note ?? ""), isFlexible: true },
] as const;

function plainLine(backup: Backup): string {
  const cells = columns.map(({ cell }) => cell(backup));
  return `${cells.filter((text) => text !== "").join("  ")}\n`;
}
