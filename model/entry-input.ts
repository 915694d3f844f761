import { BzError } from "./errors";
import { isJsonObject, type JsonObject } from "./json";
import { entryChecks, type LogEntry } from "./log-entry";

/** The kind of entries that label others. */
export const labelKind = "label";

/** @throws BzError INVALID */
export function validateEntryKind(kind: string): string {
  if (kind === labelKind)
    throw new BzError("INVALID", "a label is about an entry", { hint: "use `bz audit label ENTRY LABEL`" });
  if (/^[a-z][a-z0-9_]{0,39}$/.test(kind)) return kind;
  throw new BzError("INVALID", `"${kind}" cannot be the kind of an entry`, {
    hint: "llm_call and tool_call are usual; any word of letters, digits and _ will do, 40 at most",
  });
}

/**
 * An entry that a program wrote as JSON.
 * @throws BzError INVALID naming a key that is unknown or has another type
 */
export function readEntry(value: unknown): Omit<LogEntry, "op"> {
  if (!isJsonObject(value)) throw new BzError("INVALID", "the entry is not a JSON object");
  for (const [key, item] of Object.entries(value)) {
    const isValid = entryChecks().get(key);
    if (isValid === undefined)
      throw new BzError("INVALID", `an entry has no key "${key}"`, {
        hint: `what has no key of its own goes into metadata; the others: ${[...entryChecks().keys()].join(", ")}`,
      });
    if (!isValid(item))
      throw new BzError("INVALID", `"${key}" of the entry has the wrong type`, { context: { key } });
  }
  const { kind, ...rest } = value;
  if (typeof kind !== "string") throw new BzError("INVALID", "the entry has no kind");
  return { kind: validateEntryKind(kind), ...rest };
}

/** What it says, apart from what every entry says. */
export function entryDetails({ op: _, kind: __, issue_id: ___, ...details }: LogEntry): JsonObject {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}
