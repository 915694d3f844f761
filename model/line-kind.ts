import { parseRecord, purgedStamp, viewIssue } from "./issue-json";

/**
 * What a line of a face is. `foreign` lines (memories, headers) are carried over untouched; `unreadable` ones belong to the
 * face and are reported.
 */
export function kindOfLine(text: string): "issue" | "foreign" | "unreadable" {
  try {
    const record = parseRecord(text);
    if ((record._type !== undefined && record._type !== "issue") || record._schema !== undefined)
      return "foreign";
    viewIssue(record);
    return "issue";
  } catch {
    return "unreadable";
  }
}

/** Whether the line is a bare tombstone as `purgedLine` makes it. */
export function isPurgedLine(line: string): boolean {
  return line.endsWith(purgedEnd);
}

const purgedEnd = `"_stamp":"${purgedStamp}"}`;
