import { BzError, type Excerpt } from "../model/errors";
import type { JsonObject, JsonValue } from "../model/json";
import { escapeJson, escapeText } from "./escape";
import { type Format, isForPrograms } from "./format";
import type { Style } from "./style";

/**
 * An error as stderr gets it: one JSON document in the forms for programs, else sentences that say what, why and what next, each on one line,
 * so that no stored text in it can be taken for a hint of ours.
 */
export function formatError(error: BzError, format: Format, style: Style): string {
  if (isForPrograms(format)) return boundedLine({ error: errorDocument(error) });
  const lines = [`${style.red("error:")} ${escapeText(bounded(error.message))}`];
  if (error.excerpt !== undefined) lines.push(...excerptLines(error.excerpt, style));
  if (error.hint !== undefined) lines.push(`${style.cyan("hint:")} ${escapeText(bounded(error.hint))}`);
  return `${lines.join("\n")}\n`;
}

/** The first of many, and one that says how many there are: nobody reads sixty thousand that say the same. */
export function firstOf(errors: readonly BzError[]): readonly BzError[] {
  const next = errors[longestList];
  if (next === undefined) return errors;
  const total = errors.length;
  const unlisted = total - longestList;
  const rest = new BzError(
    next.code,
    `${unlisted} more errors; these are the first ${longestList} of ${total}`,
    {
      context: { total, unlisted },
    },
  );
  return [...errors.slice(0, longestList), rest];
}

/** A document for stderr, in which what somebody gave us is as long as somebody may want to read. */
export function boundedLine(document: JsonValue): string {
  return `${escapeJson(JSON.stringify(document, boundedValue))}\n`;
}

/** What somebody typed may be as long as the system lets it be; nobody reads more of it back. */
function bounded(text: string): string {
  if (text.length <= longestText) return text;
  return `${text.slice(0, longestText - keptEnd)} … ${text.slice(-keptEnd)}`;
}

function boundedValue(_key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, longestList);
  return typeof value === "string" ? bounded(value) : value;
}

const longestText = 1500;
const longestList = 100;
const keptEnd = 300;

/** The text around the place, and carets under it. Indented, so that nothing in it can be taken for a hint of ours either. */
function excerptLines({ text, at, length: wholeLength }: Excerpt, style: Style): string[] {
  const length = Math.min(wholeLength, shownBefore);
  const start = Math.max(0, at - shownBefore);
  const before = escapeText(text.slice(start, at));
  const place = escapeText(text.slice(at, at + length));
  const after = escapeText(text.slice(at + length, at + length + shownBehind));
  const lead = start === 0 ? "" : "…";
  const end = at + length + shownBehind < text.length ? "…" : "";
  const carets = "^".repeat(Math.max(1, Bun.stringWidth(place)));
  const indent = " ".repeat(Bun.stringWidth(`${lead}${before}`));
  return [`  ${lead}${before}${place}${after}${end}`, `  ${indent}${style.red(carets)}`];
}

const shownBefore = 40;
const shownBehind = 30;

/** All five keys, always: a client reads them without asking whether they are there. */
export function errorDocument(error: BzError): JsonObject {
  return {
    code: error.code,
    message: error.message,
    hint: error.hint ?? null,
    retryable: error.retryable,
    context: withTotals(error.context),
  };
}

/** Beside a list that is cut, how long it was. */
function withTotals(context: JsonObject): JsonObject {
  const totals = Object.entries(context).flatMap(([key, value]) =>
    Array.isArray(value) && value.length > longestList ? [[`${key}_total`, value.length]] : [],
  );
  return { ...context, ...Object.fromEntries(totals) };
}
