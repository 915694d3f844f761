import { formatSize } from "../output/size";
import type { Store } from "../storage/store";
import { defineBz } from "./command";

export const command = defineBz({
  meta: {
    name: "compact",
    description:
      "Folds the log into a new snapshot. Writers and readers go on meanwhile; the folded log becomes history. Ordinary commands do the same when it is due.",
  },
  args: () => ({}),
  answer: "compaction",
  examples: ["bz compact"],
  async run(context) {
    await context.showProgress();
    const report = await context.store.compact();
    return {
      data: () => ({
        outcome: report.outcome,
        issues: report.issues,
        folded_frames: report.foldedFrames,
        folded_bytes: report.foldedBytes,
        snapshot_bytes: report.snapshotBytes,
      }),
      text: () => `${sentence(report)}\n`,
      ids: [],
    };
  },
});

type CompactionReport = Awaited<ReturnType<Store["compact"]>>;

function sentence({ outcome, issues, foldedFrames, snapshotBytes }: CompactionReport): string {
  if (outcome === "nothing-to-fold") return "The log is empty; there is nothing to fold";
  if (outcome === "superseded") return "Another process published a newer snapshot meanwhile";
  return `Folded ${foldedFrames} transactions into a snapshot of ${issues} issues, ${formatSize(snapshotBytes)}`;
}
