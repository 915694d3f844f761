import type { JsonObject } from "../model/json";
import type { StoredRecord } from "../model/record";
import { formatTime } from "../model/time";
import type { ListPart } from "./list-part";

/** The usual envelope, of memories. */
export function memoriesDocument(
  memories: readonly StoredRecord[],
  page: ListPart<StoredRecord>["page"] = {
    total: memories.length,
    returned: memories.length,
    truncated: false,
  },
): JsonObject {
  return { memories: memories.map(memoryRow), ...page };
}

function memoryRow({ key, value, at, by }: StoredRecord): JsonObject {
  return { key, value, updated_at: formatTime(at), ...(by === "" ? {} : { updated_by: by }) };
}
