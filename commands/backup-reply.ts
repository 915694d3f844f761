import type { JsonObject } from "../model/json";
import { formatTime } from "../model/time";
import type { Backup } from "../storage/store";

/** Undefined facts of a damaged one are left out, and the damage is said. */
export function backupRow({ name, path, bytes, createdMs, content, damage }: Backup): JsonObject {
  return {
    name,
    created_at: formatTime(createdMs),
    ...(content === undefined ? {} : contentRow(content)),
    bytes,
    path,
    ...(damage === undefined ? {} : { damage }),
  };
}

function contentRow({ by, note, sequence, issues, records }: NonNullable<Backup["content"]>): JsonObject {
  return {
    ...(by === "" ? {} : { created_by: by }),
    ...(note === "" ? {} : { note }),
    sequence,
    issues,
    records,
  };
}
