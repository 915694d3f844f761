import { readSystemFile } from "./native-file-system";

/** Clock ticks since boot, field 22 of /proc/<pid>/stat; 0 where there is no /proc. */
export function processStartTime(id: number): number {
  const text = readSystemFile(`/proc/${id}/stat`);
  // The command name in field 2 may hold spaces and parentheses; the last parenthesis ends it.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields?.[19] ?? 0) | 0;
}
