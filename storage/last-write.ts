import type { FaceLag, WrittenToLog } from "./automatic-export";
import type { BusyReport, CompactionReport } from "./compaction";
import type { PendingLog } from "./compaction-trigger";
import type { FaceWatch } from "./face-watch";

/** What was done after a mutation had answered, and why its face was left as it was. */
export interface Settled {
  readonly compaction?: CompactionReport | BusyReport;
  readonly lag?: FaceLag;
}

/** What a mutation leaves to be done after its answer. */
export interface LastWrite extends WrittenToLog, PendingLog {
  readonly watch: FaceWatch;
  waiting(): number;
}
