import type { JsonObject } from "../model/json";
import type { StoredRecord } from "../model/record";
import { formatTime } from "../model/time";

/** The usual envelope, of memories. */
export function memoriesDocument(
  memories: readonly StoredRecord[],
  total: number = memories.length,
  isTruncated = false,
): JsonObject {
  return {
    memories: memories.map(memoryRow),
    total,
    returned: memories.length,
    truncated: isTruncated,
  };
}

function memoryRow({ key, value, at, by }: StoredRecord): JsonObject {
  return { key, value, updated_at: formatTime(at), ...(by === "" ? {} : { updated_by: by }) };
}
