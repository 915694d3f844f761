import type { Bench } from "./bench";
import { measureAddBatch } from "./sections/add-batch";
import { measureAfterAnswering } from "./sections/after-answering";
import { measureBySize } from "./sections/by-size";
import { measureFaceChange } from "./sections/face-change";
import { measureFanOut, measureSlowSyncs } from "./sections/fan-out";
import { measureLockHolds } from "./sections/lock-holds";
import { measureMemory } from "./sections/memory";
import { measurePeers } from "./sections/peers";
import { measureStartUp } from "./sections/start-up";
import { measureStream } from "./sections/stream";
import { measureWrittenBytes } from "./sections/written-bytes";

export interface SectionEntry {
  readonly name: string;
  readonly title: string;
  readonly measure: (bench: Bench) => Promise<void>;
  /** Left out unless it is asked for. */
  readonly isOfPeers?: boolean;
}

/** In the order in which they are measured. */
export const sections: readonly SectionEntry[] = [
  { name: "start-up", title: "One call in a tracker of 100, in each form", measure: measureStartUp },
  { name: "size", title: "One call in trackers of all sizes", measure: measureBySize },
  { name: "fan-out", title: "Ten agents at once", measure: measureFanOut },
  { name: "slow-syncs", title: "Ten writers with slow syncs", measure: measureSlowSyncs },
  { name: "stream", title: "A steady stream of calls", measure: measureStream },
  { name: "after", title: "What a call does behind its answer", measure: measureAfterAnswering },
  { name: "lock", title: "How long the lock is held", measure: measureLockHolds },
  { name: "face", title: "After another tool has changed issues.jsonl", measure: measureFaceChange },
  { name: "batch", title: "Many issues in one transaction", measure: measureAddBatch },
  { name: "written", title: "Bytes written for each byte logged", measure: measureWrittenBytes },
  { name: "memory", title: "The most memory at once", measure: measureMemory },
  { name: "peers", title: "The same calls of others", measure: measurePeers, isOfPeers: true },
];
