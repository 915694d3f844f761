import { SystemCallError } from "../native/errno";
import { closeFile, currentDirectory, openAtIfThere, readAt } from "../native/file";
import { decoder } from "../native/utf8";

/** Clock ticks since boot, field 22 of /proc/<pid>/stat; 0 where there is no /proc. Asked by whoever waits for the lock, so that it is read without all else that reads files. */
export function processStartTime(id: number): number {
  const text = statOf(id);
  // The command name in field 2 may hold spaces and parentheses; the last parenthesis ends it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[19] ?? 0) | 0;
}

/** "" where it cannot be read. */
function statOf(id: number): string {
  try {
    const file = openAtIfThere(currentDirectory, `/proc/${id}/stat`, "read");
    if (file === undefined) return "";
    try {
      return decoder.decode(readAt(file, 0, longestStat));
    } finally {
      closeFile(file);
    }
  } catch (error) {
    if (error instanceof SystemCallError) return "";
    throw error;
  }
}

/** In bytes: some fifty numbers, and a name. */
const longestStat = 1024;
