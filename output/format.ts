/** What `--format` can be. */
export const namedFormats = ["text", "json", "jsonl", "csv", "ids", "toon"] as const;

/** In which form an answer is printed. `robot` has a flag of its own: lines of cells between tabs. */
export type Format = (typeof namedFormats)[number] | "robot";

/** Forms that take an answer apart into its records, and are loaded when one of them is asked for. */
export type RecordFormat = Extract<Format, "jsonl" | "csv" | "toon" | "robot">;

export function isRecordFormat(format: Format): format is RecordFormat {
  return format !== "text" && format !== "ids" && format !== "json";
}

/** Whoever reads one of these by a program reads errors by one, too: they are one JSON document each. */
export function isForPrograms(format: Format): boolean {
  return format === "json" || isRecordFormat(format);
}
