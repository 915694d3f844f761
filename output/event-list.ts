import { isJsonObject, type JsonObject, type JsonValue } from "../model/json";
import { escapeText } from "./escape";
import type { Screen, Style } from "./style";
import { timeText } from "./time-text";
import { wrapLine } from "./wrap";

export interface ShownEvent {
  readonly sequence: number;
  /** Shown instead of the sequence. */
  readonly name?: string;
  /** The issue that it is about, where not all are about one. */
  readonly subject?: string;
  readonly time: string;
  readonly actor: string;
  readonly session?: string;
  readonly action: string;
  readonly undoes?: readonly number[];
  readonly changes: JsonObject;
  readonly labels?: readonly string[];
}

/**
 * One event after the other, oldest first: when, who, what, and the fields it set. In a pipe each is one line; on a terminal the parts stand
 * below each other, and what there is no room for goes on in the next line.
 */
export function formatEvents(events: readonly ShownEvent[], nowMs: number, screen: Screen): string {
  const { isTerminal, style, width } = screen;
  const rows = events.map((event) => ({ event, head: headCells(event, nowMs, screen) }));
  const widths = [0, 1, 2, 3].map((at) =>
    isTerminal ? rows.reduce((widest, { head }) => Math.max(widest, Bun.stringWidth(head[at] ?? "")), 0) : 0,
  );
  const indent = isTerminal ? widths.reduce((sum, each) => sum + each + gap.length, 0) : 0;
  const lines = rows.flatMap(({ event, head }) => {
    const padded = head.map((cell, at) => ({
      cell,
      space: " ".repeat(Math.max(0, (widths[at] ?? 0) - Bun.stringWidth(cell))),
    }));
    const shown = padded.map(({ cell, space }, at) => paintCell(cell, at, style) + space).join(gap);
    const changes = changeTexts(event).join(gap);
    if (!isTerminal || changes === "") return [changes === "" ? shown.trimEnd() : shown + gap + changes];
    const room = width - indent;
    // Too little beside: below, then.
    if (room < narrowestChanges)
      return [shown.trimEnd(), ...wrapLine(changes, width - 4).map((line) => `    ${line.trimStart()}`)];
    const [first = "", ...others] = wrapLine(changes, room);
    return [shown + gap + first, ...others.map((line) => " ".repeat(indent) + line.trimStart())];
  });
  return lines.map((line) => `${line}\n`).join("");
}

const gap = "  ";
const narrowestChanges = 30;

function headCells(event: ShownEvent, nowMs: number, screen: Screen) {
  const { name, sequence, time, actor, session, action } = event;
  const who = session === undefined ? escapeText(actor) : `${escapeText(actor)} (${escapeText(session)})`;
  return [name ?? `#${sequence}`, timeText(time, nowMs, screen), who, escapeText(action)];
}

function paintCell(cell: string, at: number, style: Style): string {
  if (at === 0) return style.dim(cell);
  return at === 3 ? style.bold(cell) : cell;
}

function changeTexts({ subject, undoes, changes, labels = [] }: ShownEvent): string[] {
  const why = undoes === undefined ? [] : [`(undo of ${undoes.map((each) => `#${each}`).join(", ")})`];
  const fields = Object.entries(changes).flatMap(([key, value]) =>
    key === "comments" && Array.isArray(value)
      ? value.map(commentText)
      : [`${escapeText(key)}=${brief(value)}`],
  );
  const about = subject === undefined ? [] : [escapeText(subject)];
  return [...about, ...why, ...fields, ...labels.map((label) => `[${escapeText(label)}]`)];
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
