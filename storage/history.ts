import type { Operation } from "../model/operation";
import type { StorageEnvironment } from "./environment";
import { loadLog } from "./log";
import { readSegments } from "./segments";
import { openForReading, type Place } from "./session";
import { decodeTransaction } from "./transaction";

/** One operation, as it was logged, and who did it. */
export interface HistoryEvent {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  readonly actor: string;
  readonly session?: string;
  readonly command: string;
  readonly operation: Operation;
}

/**
 * What the log's segments say, oldest first: of one issue, or of all.
 * @throws BzError CORRUPT
 */
export function readHistory(
  place: Place,
  environment: StorageEnvironment,
  id: string | undefined,
): HistoryEvent[] {
  const session = openForReading(place.owner, environment);
  if (session === undefined) return [];
  try {
    const loaded = loadLog(session.store, session.readStatus);
    if (loaded === undefined) return [];
    const { storeId } = loaded.snapshot.header;
    const { sequence } = loaded.position;
    loaded.snapshot.close();
    const events: HistoryEvent[] = [];
    const needle = id === undefined ? undefined : Buffer.from(JSON.stringify(id));
    for (const { frames } of readSegments(session.store, storeId, sequence)) {
      for (const frame of frames) {
        // An issue's id stands in every operation on it; frames without it need no parsing.
        if (
          needle !== undefined &&
          !Buffer.from(frame.payload.buffer, frame.payload.byteOffset, frame.payload.length).includes(needle)
        )
          continue;
        const { operations, ...who } = decodeTransaction(frame);
        for (const operation of operations)
          if (id === undefined || operation.id === id)
            events.push({ sequence: frame.sequence, ...who, operation });
      }
    }
    return events;
  } finally {
    session.close();
  }
}
