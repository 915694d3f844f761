import { isJsonObject, type JsonObject, type JsonValue } from "../model/json";
import { escapeText } from "./escape";
import type { Style } from "./style";

export interface ShownEvent {
  readonly sequence: number;
  readonly time: string;
  readonly actor: string;
  readonly session?: string;
  readonly action: string;
  readonly undoes?: readonly number[];
  readonly changes: JsonObject;
}

/** One line an event, oldest first: when, who, what, and the fields it set. */
export function formatEvents(events: readonly ShownEvent[], style: Style): string {
  return events.map((event) => `${eventLine(event, style)}\n`).join("");
}

function eventLine(
  { sequence, time, actor, session, action, undoes, changes }: ShownEvent,
  style: Style,
): string {
  const who = session === undefined ? escapeText(actor) : `${escapeText(actor)} (${escapeText(session)})`;
  const fields = Object.entries(changes).flatMap(([key, value]) =>
    key === "comments" && Array.isArray(value) ? value.map(commentText) : [`${key}=${brief(value)}`],
  );
  const why = undoes === undefined ? [] : [`(undo of ${undoes.map((each) => `#${each}`).join(", ")})`];
  return [style.dim(`#${sequence}`), escapeText(time), who, style.bold(action), ...why, ...fields].join("  ");
}

/** What is said now, and what was said before. */
function commentText(comment: JsonValue): string {
  if (!isJsonObject(comment)) return brief(comment);
  const { id, text, was } = comment;
  const now = text === undefined ? "" : `: ${brief(JSON.stringify(text))}`;
  const before = was === undefined ? "" : `, was: ${brief(JSON.stringify(was))}`;
  return `#${brief(id ?? "")}${now}${before}`;
}

function brief(value: JsonValue): string {
  const text = escapeText(typeof value === "string" ? value : JSON.stringify(value));
  return text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text;
}

const longestValue = 60;
