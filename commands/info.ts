import { formatFacts } from "../output/facts";
import { formatSize } from "../output/size";
import { defineBz } from "./command";

export const command = defineBz({
  meta: {
    name: "info",
    description: "Shows the workspace, how much is in it, and what the log behind the snapshot holds.",
  },
  args: () => ({}),
  answer: "information",
  examples: ["bz info", "bz info --json"],
  async run(context) {
    const info = await context.store.info();
    const { store } = info;
    return {
      data: () => ({
        path: info.beadsPath,
        jsonl_path: info.facePath,
        store_path: info.storePath,
        reason: info.reason,
        prefix: info.prefix,
        issues: info.issues,
        jsonl_bytes: info.faceBytes,
        store:
          store === undefined
            ? null
            : {
                id: store.id,
                sequence: store.sequence,
                generation: store.generation,
                snapshot_bytes: store.snapshotBytes,
                pending_frames: store.pendingFrames,
                pending_bytes: store.pendingBytes,
                history_segments: store.historySegments,
                history_bytes: store.historyBytes,
              },
      }),
      text: (screen) =>
        formatFacts(
          [
            ["Workspace", info.beadsPath],
            ["Chosen because", info.reason],
            ["Prefix", info.prefix],
            ["Issues", info.issues],
            ["issues.jsonl", formatSize(info.faceBytes)],
            [
              "Store",
              store === undefined ? "none yet; the first write makes it" : `${info.storePath} (${store.id})`,
            ],
            ["Sequence", store?.sequence],
            ["Snapshot", store && formatSize(store.snapshotBytes)],
            [
              "Log behind it",
              store && `${store.pendingFrames} transactions, ${formatSize(store.pendingBytes)}`,
            ],
            ["History", store && `${store.historySegments} segments, ${formatSize(store.historyBytes)}`],
          ],
          screen,
        ),
    };
  },
});
