import { isJsonObject, type JsonValue } from "./json";
import { onDemand } from "./on-demand";

/** Something that somebody wants kept in the record: a call of a model or a tool, a label. It changes nothing. */
export interface LogEntry {
  readonly op: "entry";
  /** "llm_call", "tool_call", "label", or what else its author calls it. */
  readonly kind: string;
  readonly issue_id?: string;
  readonly model?: string;
  readonly prompt?: string;
  readonly response?: string;
  readonly tool_name?: string;
  readonly exit_code?: number;
  readonly error?: string;
  readonly metadata?: JsonValue;
  /** What a label is about, by the id of that entry. */
  readonly entry?: string;
  readonly label?: string;
  readonly reason?: string;
}

export function isLogEntry(value: unknown): value is LogEntry {
  if (!isJsonObject(value) || value.op !== "entry") return false;
  const { op: _, entry, label, reason, ...rest } = value;
  return (
    typeof rest.kind === "string" &&
    [entry, label, reason].every((text) => text === undefined || typeof text === "string") &&
    Object.entries(rest).every(([key, item]) => entryChecks().get(key)?.(item) === true)
  );
}

const isText = (value: JsonValue): boolean => typeof value === "string";
/** Whether a value may stand under a key of an entry. */
export const entryChecks = onDemand(
  (): ReadonlyMap<string, (value: JsonValue) => boolean> =>
    new Map([
      ["kind", isText],
      ["issue_id", isText],
      ["model", isText],
      ["prompt", isText],
      ["response", isText],
      ["tool_name", isText],
      ["exit_code", (value: JsonValue) => Number.isSafeInteger(value)],
      ["error", isText],
      ["metadata", () => true],
    ]),
);
